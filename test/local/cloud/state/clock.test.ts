import { setTimeout as sleep } from 'node:timers/promises';
import { ScaledClock } from '../../../../local/cloud/state/clock';

const timed = async (clock: ScaledClock, seconds: number): Promise<number> => {
  const begun = performance.now();
  await new Promise<void>((resolve) => {
    clock.after(seconds, resolve);
  });
  return performance.now() - begun;
};

it('runs scale times faster', async () => {
  const took = await timed(new ScaledClock(10_000), 1000);
  expect(took).toBeGreaterThan(90);
  expect(took).toBeLessThan(60_000);
});

it('a change of scale is for what is left of delays under way', async () => {
  const clock = new ScaledClock(0.001);
  const took = timed(clock, 10);
  await sleep(30);
  clock.setScale(1000);
  expect(await took).toBeLessThan(60_000);
});

it('cancelled delays never run; stop cancels all', async () => {
  const clock = new ScaledClock(1000);
  let runs = 0;
  const count = () => {
    runs += 1;
  };
  clock.after(5, count)();
  clock.after(5, count);
  clock.stop();
  await sleep(30);
  expect(runs).toBe(0);
});

it('a delay longer than setTimeout can take does not run at once', async () => {
  const clock = new ScaledClock(1);
  let ran = false;
  clock.after(10 ** 8, () => {
    ran = true;
  });
  await sleep(20);
  clock.stop();
  expect(ran).toBe(false);
});

it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('refuses %d', (scale) => {
  expect(() => new ScaledClock(scale)).toThrow(RangeError);
});
