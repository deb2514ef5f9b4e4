import type { RunStatus } from '../../../contract';
import { lastJson, trainctl } from '../../support/cli';
import { aliveOf } from '../../support/cloud';
import { project } from '../../support/project';
import { temporal } from '../../support/temporal';

jest.setTimeout(300_000);

const signal = (run: string, name: string, input?: string): Promise<string> =>
  temporal(
    ...['workflow', 'signal', '--workflow-id', run, '--name', name],
    ...(input === undefined ? [] : ['--input', input]),
  );

const statusOf = async (run: string): Promise<RunStatus> => lastJson(await trainctl(['status', run, '--json']));

/** Waits for what the status says. */
async function until(run: string, what: string, is: (status: RunStatus) => boolean): Promise<RunStatus> {
  for (const began = Date.now(); Date.now() - began < 120_000; ) {
    const status = await statusOf(run);
    if (is(status)) return status;
    if (status.outcome) throw new Error(`${what}: it has ended as ${status.outcome}: ${status.reason}`);
  }
  throw new Error(`${what} did not come`);
}

const warned = (run: string, words: string) =>
  until(run, words, ({ warnings = [] }) => warnings.some(({ message }) => message.includes(words)));

test('a run takes orders from whoever has no updates, and whatever else is sent keeps it from nothing', async () => {
  const dir = await project({ 'wait.sh': 'sleep 600\n' });
  const { run } = lastJson<{ run: string }>(
    await trainctl(['run', '--detach', '--json', '--', 'bash', 'wait.sh'], { cwd: dir }),
  );
  const { deadlineAt = '' } = await until(run, 'training', ({ phase }) => phase === 'training');

  await signal(run, 'hostEvent');
  await warned(run, 'a signal hostEvent was dropped');
  await signal(run, 'hostEvent', '{"attempt":1,"node":0,"epoch":9e15,"sequence":1,"event":{"kind":"notice"}}');
  await signal(run, 'Halt', '{"mode":"now"}');
  await warned(run, 'there is no signal "Halt"; a run takes stop, takeCheckpoint, extend, release');
  await signal(run, 'extend', '{"duration": 9000000000000}');
  await warned(run, 'the signal extend was not obeyed');
  const typed = await trainctl(['extend', run, '--duration', '9000000000000']);
  expect(typed.code).not.toBe(0);
  expect(typed.stderr).toContain('a run ends within 30d');

  await signal(run, 'extend', '{"duration": "1h"}');
  const later = new Date(Date.parse(deadlineAt) + 3_600_000).toISOString();
  await until(run, 'an hour more', (status) => status.deadlineAt === later);
  await signal(run, 'stop', '{"mode": "now"}');
  const ended = lastJson<RunStatus>(await trainctl(['status', run, '--wait', '--json']));
  expect(ended).toMatchObject({ outcome: 'cancelled', reason: expect.stringContaining('stopped by request') });
  expect(await aliveOf(run)).toEqual([]);
});
