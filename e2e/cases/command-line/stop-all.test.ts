import type { RunStatus } from '../../../contract';
import { lastJson, trainctl } from '../../support/cli';
import { aliveOf } from '../../support/cloud';
import { untilTrains } from '../../support/look-at';
import { project } from '../../support/project';

jest.setTimeout(240_000);

/** Projects of this test: the stack has runs of others, which nobody may stop here. */
const OURS = 'stop-all-ours';
const BESIDE = 'stop-all-beside';

async function started(of: string): Promise<string> {
  const spec = { name: 'many', project: of, command: 'sleep 600', checkpoints: { grace: '2s' } };
  const cwd = await project({ 'trainctl.yaml': JSON.stringify(spec) });
  const run = await trainctl(['run', '--json', '--yes', '--detach'], { cwd });
  if (run.code !== 0) throw new Error(run.stderr);
  const id = lastJson<{ run: string }>(run).run;
  await untilTrains(id);
  return id;
}

const statusOf = async (run: string): Promise<RunStatus> => lastJson(await trainctl(['status', run, '--json']));

test('stop --all ends the runs of a project, says which are not ended, and leaves all others', async () => {
  const [first, second, beside] = await Promise.all([started(OURS), started(OURS), started(BESIDE)]);

  const unasked = await trainctl(['stop', '--all', '--project', OURS]);
  expect(unasked).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringContaining('Stop all 2 open runs of project'),
  });
  expect(unasked.stderr).toContain('--yes');
  for (const words of [
    ['--all', 'x'],
    ['x', '--project', OURS],
    ['x', '--yes'],
  ])
    expect((await trainctl(['stop', ...words])).code).toBe(2);
  expect((await statusOf(first)).phase).toBe('training');

  const stopped = await trainctl(['stop', '--all', '--project', OURS, '--yes']);
  expect(stopped.code).toBe(0);
  expect(stopped.stdout).toMatch(/^2 runs of project stop-all-ours: \d ended, \d ending\n/);

  const waited = await trainctl(['stop', '--all', '--project', OURS, '--yes', '--wait', '--json']);
  expect([waited.code, lastJson<{ open: number }>(waited).open]).toEqual([0, 0]);
  for (const run of [first, second]) {
    const { code, stdout } = await trainctl(['status', run, '--wait', '--json']);
    expect([code, (JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as RunStatus).outcome]).toEqual([
      11,
      'cancelled',
    ]);
    expect(await aliveOf(run)).toEqual([]);
  }

  expect((await statusOf(beside)).phase).toBe('training');
  const now = await trainctl(['stop', '--all', '--project', BESIDE, '--yes', '--now', '--wait', '--json']);
  expect(now.code).toBe(0);
  expect(lastJson(now)).toEqual({
    asked: 'now',
    runs: [expect.objectContaining({ run: beside, open: false })],
    open: 0,
  });
  const again = () => trainctl(['stop', '--all', '--project', BESIDE, '--yes', '--json']);
  let none = await again();
  // Temporal's list is a second behind.
  while (lastJson<{ runs: unknown[] }>(none).runs.length > 0) none = await again();
  expect([none.code, lastJson(none)]).toEqual([0, { asked: 'graceful', runs: [], open: 0 }]);
});
