import fc from 'fast-check';
import { aheadBy, Clock } from '../../worker/temporal/clock';

const NOW = 1_800_000_000_000;
const answer = (date: number, took = 0) => ({ date, sent: NOW, received: NOW + took });

test('an answer that took long proves nothing that it need not', () => {
  expect(aheadBy(answer(NOW + 20_000, 30_000))).toBe(0);
  expect(aheadBy(answer(NOW + 90_000, 30_000))).toBe(-60_000);
  expect(aheadBy(answer(NOW - 61_000), 1000)).toBe(60_000);
  expect(aheadBy(answer(NOW - 500), 1000)).toBe(0);
  // Whatever the clocks and the network do, what is said is a lower bound.
  const times = fc.record({ ahead: fc.integer({ min: -1e9, max: 1e9 }), there: fc.nat(1e6), back: fc.nat(1e6) });
  fc.assert(
    fc.property(times, ({ ahead, there, back }) => {
      const date = Math.floor((NOW - ahead + there) / 1000) * 1000;
      const said = aheadBy({ date, sent: NOW, received: NOW + there + back }, 1000);
      expect(Math.abs(said)).toBeLessThanOrEqual(Math.abs(ahead));
      if (said !== 0) expect(Math.sign(said)).toBe(Math.sign(ahead));
    }),
  );
});

test('more than a minute is said, with how to mend it; less is not', () => {
  const clock = new Clock();
  clock.heard('EC2', answer(NOW + 60_000));
  clock.heard('Temporal', answer(NOW - 60_000));
  expect(clock.fault).toBeUndefined();
  clock.heard('EC2', answer(NOW + 2_400_000));
  expect(clock.fault).toMatch(/^the clock of this machine is 40m behind that of EC2: .*takes no tasks.*timedatectl/);
  clock.heard('EC2', answer(NOW));
  expect(clock.fault).toBeUndefined();
  clock.heard('Temporal', answer(NOW - 7_200_000));
  expect(clock.fault).toContain('2h ahead of that of Temporal');
});

test('a worker that works is called wrong once, after three answers in a row', () => {
  const said: string[] = [];
  const clock = new Clock((why) => said.push(why));
  for (const date of [NOW + 1e6, NOW + 1e6, NOW, NOW + 1e6, NOW + 1e6]) clock.heard('EC2', answer(date));
  expect(said).toEqual([]);
  // One odd answer of Temporal makes no right answer of EC2 wrong.
  clock.heard('Temporal', answer(NOW + 1e6));
  for (let i = 0; i < 5; i += 1) clock.heard('EC2', answer(NOW));
  expect(said).toEqual([]);
  for (let i = 0; i < 5; i += 1) clock.heard('EC2', answer(NOW + 1e6));
  expect(said).toEqual([expect.stringContaining('behind that of EC2')]);
});
