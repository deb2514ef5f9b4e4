import { type Client, ScheduleNotFoundError } from '@temporalio/client';
import { resumedAt, resumedNote, SUITE_PAUSED } from '../../../contract';
import { pauseAfterFailures } from '../../../worker/suite';

const suite = { workflowId: 'nightly-3', runId: 'r3' } as never;

interface Before {
  state: string;
  /** Of which Schedule its memo says that it was paused for it. */
  paused?: string;
  /** Hours before now. */
  ago?: number;
}

const NOW = Date.UTC(2026, 10, 30);
const hoursAgo = (hours: number): Date => new Date(NOW - hours * 3_600_000);

/** The suites of a Schedule, newest first; the one that asks is among them. */
async function pausedBy(before: (string | Before)[], pauseAfter: number, note = ''): Promise<string | undefined> {
  let said: string | undefined;
  const client = {
    workflow: {
      async *list() {
        yield { runId: 'r3', status: { name: 'RUNNING' } };
        for (const [i, one] of before.entries()) {
          const { state, paused, ago = (i + 1) * 24 } = typeof one === 'string' ? { state: one } : one;
          const memo = paused === undefined ? {} : { memo: { [SUITE_PAUSED]: paused } };
          yield { runId: `before-${i}`, status: { name: state }, closeTime: hoursAgo(ago), ...memo };
        }
      },
    },
    schedule: {
      getHandle: () => ({
        describe: async () => ({ state: { note } }),
        pause: async (text: string) => {
          said = text;
        },
      }),
    },
  } as unknown as Client;
  const last = { suite, reason: 'code-sync failed at "x"' };
  const is = await pauseAfterFailures(client)({ id: 'nightly', pauseAfter }, last);
  expect(is).toBe(said !== undefined);
  return said;
}

test('it is paused after so many failures in a row, with the reason of the last', async () => {
  expect(await pausedBy(['FAILED', 'FAILED'], 3)).toBe(
    'paused by trainctl e2e after 3 failures in a row; the last, nightly-3: code-sync failed at "x"',
  );
  expect(await pausedBy([], 1)).toContain('after a failure; the last');
  expect(await pausedBy(['TERMINATED', 'TIMED_OUT', 'COMPLETED'], 3)).toContain('3 failures');
});

test.each([
  ['too few', ['FAILED'], 3],
  ['one between that passed', ['FAILED', 'COMPLETED', 'FAILED'], 3],
  ['one between that somebody cancelled', ['CANCELED', 'FAILED', 'FAILED'], 3],
])('not after %s', async (_what, states, after) => expect(await pausedBy(states, after)).toBeUndefined());

describe('once it was resumed', () => {
  const last: Before = { state: 'FAILED', paused: 'nightly' };

  it('what it was paused for counts no more, whoever has resumed it', async () => {
    expect(await pausedBy([last, 'FAILED', 'FAILED'], 3)).toBeUndefined();
    expect(await pausedBy(['FAILED', last, 'FAILED', 'FAILED'], 3)).toBeUndefined();
    expect(await pausedBy(['FAILED', 'FAILED', last, 'FAILED', 'FAILED'], 3)).toContain('after 3 failures');
  });

  it('what another Schedule was paused for counts', async () => {
    expect(await pausedBy([{ ...last, paused: 'weekly' }, 'FAILED'], 3)).toContain('after 3 failures');
  });

  it('by trainctl, nothing of before counts', async () => {
    const note = resumedNote('the bucket is back', hoursAgo(36));
    expect(await pausedBy(['FAILED', 'FAILED'], 3, note)).toBeUndefined();
    expect(await pausedBy(['FAILED', 'FAILED'], 2, note)).toContain('after 2 failures');
  });
});

test('a note says when, and none that somebody else wrote does', () => {
  expect(resumedAt(resumedNote('mended (at last)', new Date(NOW)))).toBe(NOW);
  for (const note of [undefined, '', 'resumed by hand', '(resumed yesterday)', ' (resumed 2026-99-99T00:00:00Z)'])
    expect(resumedAt(note)).toBeUndefined();
});

test.each([
  ['removed while its suite went on has nothing to be paused', new ScheduleNotFoundError('gone', 'nightly'), false],
  ['whose Temporal is away is asked for again', new Error('Temporal is away'), undefined],
])('one %s', async (_what, error, is) => {
  const schedule = { getHandle: () => ({ describe: () => Promise.reject(error) }) };
  const pause = pauseAfterFailures({ schedule } as unknown as Client);
  const told = pause({ id: 'nightly', pauseAfter: 3 }, { suite, reason: 'x' });
  if (is === undefined) await expect(told).rejects.toBe(error);
  else expect(await told).toBe(is);
});
