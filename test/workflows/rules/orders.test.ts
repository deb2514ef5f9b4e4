import fc from 'fast-check';
import {
  type Answer,
  addedBy,
  mayExtend,
  mayRelease,
  mayStop,
  mayTakeCheckpoint,
  modeOf,
  type Orderable,
} from '../../../workflows/rules/orders';

const DAY = 86_400;
const run = (more: Partial<Orderable> = {}): Orderable => ({
  startedAt: 0,
  deadline: DAY * 1000,
  lastDeadline: Number.POSITIVE_INFINITY,
  maxCostUsd: 5,
  resolved: true,
  status: { phase: 'training' },
  attempts: [{ training: true }],
  ...more,
});

it('a deadline is moved to no later than the timeout of the workflow allows', () => {
  const short = run({ lastDeadline: (DAY + 3600) * 1000 });
  expect(mayExtend(short, { duration: '1h' })).toEqual({});
  expect(mayExtend(short, { duration: '2h' }).refusal).toMatch(/with a timeout, .* so at most 1h can be added/);
  expect(mayExtend(run({ lastDeadline: 0 }), { costUsd: 1 })).toEqual({});
});

it.each<[unknown, string | undefined]>([
  [{ duration: '2h' }, undefined],
  [{ duration: ' +2h', costUsd: null }, undefined],
  [{ costUsd: 2, why: 'more' }, undefined],
  [{ duration: `${29 * 24}h` }, undefined],
  [{ duration: '29d', costUsd: 999_995 }, undefined],
  [{ duration: `${29 * DAY + 1}` }, '29d1s is too much: a run ends within 30d, so at most 29d can be added'],
  [{ duration: 9e12 }, 'is too much: a run ends within 30d'],
  [{ duration: 9e15 }, '9000000000000000 is not a duration'],
  [{ costUsd: 999_996 }, '$999996.00 is too much: limits.maxCostUsd is at most $1000000.00, and is $5.00 now'],
  [{ costUsd: 1e308 }, 'is too much'],
  [{ duration: [2] }, 'duration is text such as "2h", or a number of seconds, not a list'],
  [{ duration: '' }, '"" is not a duration'],
  [{ duration: `1w${' '.repeat(1e6)}x` }, 'is not a duration'],
  [undefined, 'say what to add'],
  ['2h', 'say what to add'],
])('extend by %j: %s', (said, refusal) => {
  const { refusal: words } = mayExtend(run(), said);
  if (refusal === undefined) expect(words).toBeUndefined();
  else expect(words).toContain(refusal);
});

it('extends what has no limit in dollars by time alone, and a hold by a week in all', () => {
  expect(mayExtend(run({ maxCostUsd: Number.POSITIVE_INFINITY }), { costUsd: 1 }).refusal).toContain(
    'no limits.maxCostUsd',
  );
  const hold = { since: 0, until: 6 * DAY * 1000 };
  expect(mayExtend(run({ hold }), { duration: '1d' })).toEqual({});
  expect(mayExtend(run({ hold }), { duration: '25h' }).refusal).toContain('held for 7d at the most, so at most 1d can');
});

it('refuses what comes too early or too late', () => {
  const verdict = { outcome: 'failed' };
  const orders: ((run: Orderable, said: unknown) => Answer)[] = [mayStop, mayExtend, mayRelease, mayTakeCheckpoint];
  for (const may of orders)
    expect(may(run({ verdict }), {}).refusal).toContain('too late: the outcome is known (failed)');
  expect(mayExtend(run({ ending: { reason: 'stopped' } }), { duration: 1 }).refusal).toContain(
    'already ending (stopped)',
  );
  expect(mayExtend(run({ resolved: false }), { duration: 1 }).refusal).toContain('no limits yet');
  expect(mayRelease(run()).refusal).toBe('nothing is held: the run is training');
  expect(mayTakeCheckpoint(run({ attempts: [] })).refusal).toBe('nothing is training: the run is training');
});

it.each<[unknown, string]>([
  [undefined, 'graceful'],
  [{}, 'graceful'],
  [{ mode: null }, 'graceful'],
  [{ mode: 'now', by: 'me' }, 'now'],
])('stops by %j: %s', (said, mode) => {
  expect([mayStop(run(), said), modeOf(said)]).toEqual([{}, mode]);
});

it.each<[unknown, string]>([
  ['now', 'say how'],
  [[{ mode: 'now' }], 'not a list'],
  [{ mode: ['now'] }, 'mode is "graceful" or "now", not a list'],
  [{ mode: 'x'.repeat(1e6) }, 'not "xxx'],
])('does not stop by what is none (%#)', (said, words) => {
  const { refusal = '' } = mayStop(run(), said);
  expect(refusal).toContain(words);
  expect(refusal.length).toBeLessThan(300);
});

it('what is accepted moves limits to where they may be, and no order throws', () => {
  const amount = fc.oneof(fc.double(), fc.nat(), fc.jsonValue(), fc.constantFrom('2h', '29d', '1e9', '+5s'));
  const said = fc.oneof(fc.jsonValue(), fc.record({ duration: amount, costUsd: amount }, { requiredKeys: [] }));
  fc.assert(
    fc.property(said, (value) => {
      mayStop(run(), value);
      const { duration, costUsd } = addedBy(value);
      if (mayExtend(run(), value).refusal !== undefined) return;
      expect(duration).toBeGreaterThanOrEqual(0);
      expect(DAY * 1000 + duration).toBeLessThanOrEqual(30 * DAY * 1000);
      expect(5 + costUsd).toBeLessThanOrEqual(1_000_000);
      expect(duration + costUsd).toBeGreaterThan(0);
    }),
    { numRuns: 1000 },
  );
});
