import { EtaWatch } from '../../../activities/supervise/eta-watch';

const MINUTE = 60_000;
const iso = (ms: number): string => new Date(ms).toISOString();

/** Says at which times, in minutes, an expected end is told; `eta` is in minutes from the start. */
function told(etas: [minute: number, eta: number][], measuredSeconds = 300, stepSeconds = 1): number[] {
  const minutes: number[] = [];
  let now = 0;
  const watch = new EtaWatch(() => minutes.push(now));
  for (const [minute, eta] of etas) {
    now = minute;
    watch.hear({ etaAt: iso(eta * MINUTE), measuredSeconds, stepSeconds }, minute * MINUTE);
  }
  return minutes;
}

test('is told once it is known well enough: by five steps, or by two of a slow training', () => {
  expect(told([[1, 100]], 4, 0.1)).toEqual([]);
  expect(told([[1, 100]], 40, 20)).toEqual([]);
  expect(told([[1, 100]], 5, 1)).toEqual([1]);
  expect(told([[1, 100]], 60, 60)).toEqual([1]);
});

test('what stays about the same is no news', () => {
  expect(
    told([
      [1, 100],
      [5, 101],
      [20, 104],
      [50, 104],
    ]),
  ).toEqual([1]);
});

test('what changes is told ever more seldom', () => {
  const ever = Array.from({ length: 600 }, (_, minute): [number, number] => [minute, 100 + 50 * minute]);
  expect(told(ever)).toEqual([0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 496]);
});

test('that it is not known after all is told once: steps have begun anew', () => {
  const said: (string | null)[] = [];
  const watch = new EtaWatch((at) => said.push(at));
  const pace = { etaAt: iso(100 * MINUTE), measuredSeconds: 100, stepSeconds: 1 };
  watch.hear(pace, 1);
  for (const now of [2, 3]) watch.hear({ ...pace, stepsAnew: true }, now * MINUTE);
  expect(said).toEqual([pace.etaAt, null]);
});

test('nothing is told of an end that is not known', () => {
  const watch = new EtaWatch(() => {
    throw new Error('told');
  });
  watch.hear({ steps: 5 }, 0);
  watch.hear({ etaAt: 'soon', measuredSeconds: 100, stepSeconds: 1 }, 0);
});
