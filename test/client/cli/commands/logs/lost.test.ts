import { lostLogs } from '../../../../../client/cli/commands/logs/action';
import type { Live } from '../../../../../contract';
import { at, view } from '../../../support/status-fixture';

const ended = view({ endedAt: at(9), attemptCount: 3 });
const handle = {
  attemptsOf: async () => 3,
  live: async (attempt: number): Promise<Live | undefined> =>
    attempt === 3
      ? undefined
      : { at: at(9), attempt, node: 0, phase: 'final', logBytes: 90, logUploaded: attempt === 1 ? 80 : 21 },
};

it('names the attempts whose log is not all there, and no others', async () => {
  const got = new Map([
    [1, 50],
    [2, 21],
  ]);
  const first = 'attempt 1: 30 of the 80 bytes of its log are no longer in S3';
  expect(await lostLogs(handle, ended, got)).toEqual([first]);
  expect(await lostLogs(handle, ended, new Map(), 2)).toEqual([
    'attempt 2: 21 of the 21 bytes of its log are no longer in S3',
  ]);
  expect(await lostLogs(handle, ended, new Map(), 3)).toEqual([]);
});
