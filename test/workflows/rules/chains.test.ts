import fc from 'fast-check';
import type { Placement } from '../../../contract';
import {
  FIRST_PAUSE,
  type Link,
  LONGEST_PAUSE,
  MOST_UNTRAINED,
  neverTrained,
  pauseAfter,
} from '../../../workflows/rules/chains';
import type { AttemptEnd } from '../../../workflows/rules/endings';

const place = (patch: Partial<Placement> = {}): Placement => ({
  region: 'us-east-1',
  zone: 'us-east-1a',
  instanceType: 'm5.large',
  market: 'spot',
  hourlyUsd: 0.03,
  onDemandHourlyUsd: 0.1,
  priceSource: 'table',
  ...patch,
});

const lost = (kind: 'interrupted' | 'unreachable', patch: Partial<Link> = {}, reason = 'gone'): Link => ({
  end: { kind, reason },
  trained: false,
  progressed: false,
  seconds: 0,
  stage: 'reach',
  placement: place(),
  ...patch,
});
const trained = (kind: 'interrupted' | 'unreachable', seconds: number, progressed = true): Link =>
  lost(kind, { trained: true, seconds, progressed, stage: 'train' });
const failed: Link = { ...trained('interrupted', 10), end: { kind: 'failed', reason: 'exited 1', restartable: true } };
const unknown: Link = lost('interrupted', { end: { kind: 'not-started', reason: 'nobody knows' } });

it.each<[string, Link[], number]>([
  ['nothing', [], 0],
  ['one that was lost before its training', [lost('interrupted')], FIRST_PAUSE],
  ['one that could not be reached', [lost('unreachable')], FIRST_PAUSE],
  ['two of them', [lost('interrupted'), lost('unreachable')], 2 * FIRST_PAUSE],
  [
    'two of them, and a launch that nobody knows of',
    [lost('unreachable'), unknown, lost('unreachable')],
    2 * FIRST_PAUSE,
  ],
  ['a training that was taken', [trained('interrupted', 3)], 0],
  ['two short ones', [trained('interrupted', 3), trained('interrupted', 3)], 0],
  ['three short ones', Array.from({ length: 3 }, () => trained('interrupted', 3)), FIRST_PAUSE],
  ['ten short ones', Array.from({ length: 10 }, () => trained('interrupted', 3)), LONGEST_PAUSE],
  ['many long ones', Array.from({ length: 20 }, () => trained('interrupted', 3_600)), 0],
  ['one that fell silent before it had done anything', [trained('unreachable', 20, false)], FIRST_PAUSE],
  ['one that fell silent later', [trained('unreachable', 20)], 0],
  ['a failure after a loss, which waits by its own rule', [lost('interrupted'), failed], 0],
])('after %s', (_, chain, seconds) => {
  expect(pauseAfter(chain)).toBe(seconds);
});

it('never lets a chain of short attempts go on without a pause for long, whatever ends them', () => {
  const short = fc.record({
    kind: fc.constantFrom('interrupted' as const, 'unreachable' as const),
    began: fc.boolean(),
    progressed: fc.boolean(),
    seconds: fc.integer({ min: 0, max: 299 }),
  });
  fc.assert(
    fc.property(fc.array(short, { minLength: 3, maxLength: 20 }), (chain) => {
      const links = chain.map(({ kind, began, progressed, seconds }) =>
        began ? trained(kind, seconds, progressed) : lost(kind),
      );
      expect(pauseAfter(links)).toBeGreaterThanOrEqual(FIRST_PAUSE);
      expect(pauseAfter(links)).toBeLessThanOrEqual(LONGEST_PAUSE);
    }),
  );
});

const row = (...links: Link[]): string | undefined => neverTrained(links);
const end = (kind: 'interrupted' | 'unreachable', reason: string): AttemptEnd => ({ kind, reason });

it('ends a run after as many in a row as never trained, and not before', () => {
  const one = lost('unreachable');
  expect(MOST_UNTRAINED).toBe(3);
  expect(row(one, one)).toBeUndefined();
  expect(row(one, one, trained('interrupted', 5), one, one)).toBeUndefined();
  expect(row(one, unknown, one, unknown, one)).toBeDefined();
});

it('says what they have in common, and no more', () => {
  const at = (id: number, patch: Partial<Link> = {}): Link =>
    lost(
      'unreachable',
      { instanceId: `i-${id}`, address: `10.0.0.${id}`, ...patch },
      `i-${id} at 10.0.0.${id} was silent`,
    );
  expect(row(at(1), at(2), at(3))).toBe(
    '3 attempts in a row never trained, each ended at reach, on m5.large us-east-1a spot: the instance at its address was silent',
  );
  expect(row(at(1), at(2, { placement: place({ zone: 'us-east-1b' }) }), at(3, { stage: 'code' }))).toBe(
    '3 attempts in a row never trained, each on m5.large spot: the instance at its address was silent',
  );
  expect(row(at(1), at(2), at(3, { end: end('interrupted', 'EC2 took i-3') }))).toBe(
    '3 attempts in a row never trained, each ended at reach, on m5.large us-east-1a spot: for other reasons each, the last: EC2 took i-3',
  );
});
