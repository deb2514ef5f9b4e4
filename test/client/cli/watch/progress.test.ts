import { metricRows } from '../../../../client/cli/watch/metric-rows';
import { progress, secondsLeft } from '../../../../client/cli/watch/progress';
import { at, NOW, view } from '../../support/status-fixture';

const lastCheckpoint = { step: 400, attempt: 1, key: 'a/400' };

describe('where the training is', () => {
  it('in one line, with what is left of it', () => {
    const lastMetrics = { steps: 1000, loss: 0.2314, acc: 1, time: 5 };
    const shown = progress(view({ step: 420, steps: 1000, lastMetrics, lastCheckpoint, etaAt: at(180) }), NOW);
    expect(shown).toBe('step 420/1000  loss 0.231  acc 1  checkpoint 400  2 min left');
  });

  it('never leaves out what is no finite number', () => {
    const lastMetrics = { a: 1, b: 2, c: 3, d: 4, loss: 'NaN' as const, up: 'Infinity' as const };
    expect(progress(view({ step: 5, lastMetrics }))).toBe('step 5  loss NaN  up Infinity  a 1  b 2');
  });

  it('says nothing of an end that was to be before now', () => {
    expect(progress(view({ step: 5, etaAt: at(10) }), NOW)).toBe('step 5');
    expect(secondsLeft({ etaAt: 'soon' }, NOW)).toBeUndefined();
  });
});

test('what is odd about metrics is a row each, and few', () => {
  const found = { value: 'NaN' as const, times: 2, spells: 1, firstLine: 4, firstStep: 4, lastStep: 5, sinceStep: 4 };
  const notFinite = Array.from({ length: 8 }, (_, n) => ({ ...found, name: `m${n}\u001b[2J`, ongoing: n > 0 }));
  const unreadableMetrics = { lines: 2, firstLine: 7, why: 'it is JSON, but no object' };
  const rows = metricRows(view({ notFinite, unreadableMetrics }));
  expect(rows[0]).toEqual(['not finite', 'm0 was NaN at steps 4–5']);
  expect(rows.slice(-2)).toEqual([
    ['not finite', 'and 2 more, in --json'],
    ['metrics', '2 lines of metrics could not be read, the first is line 7: it is JSON, but no object'],
  ]);
  expect(metricRows(view())).toEqual([]);
});
