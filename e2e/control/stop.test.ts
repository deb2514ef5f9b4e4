import { once } from 'node:events';
import type { RunResult, RunStatus } from '../../contract';
import { lastJson, spawnCli, trainctl } from '../support/cli';
import { aliveOf, local } from '../support/cloud';
import { untilLive, untilLogged, untilStatus, untilTrains } from '../support/look-at';
import { project } from '../support/project';

jest.setTimeout(300_000);

const GRACEFUL = `
import os, signal, sys, time
def bye(*_):
    open(os.path.join(os.environ["TRAINCTL_CHECKPOINT_DIR"], "state.txt"), "w").write("saved on TERM")
    print("bye", flush=True)
    sys.exit(0)
signal.signal(signal.SIGTERM, bye)
print("training", flush=True)
while True:
    time.sleep(0.1)
`;

async function started(spec: object, files: Record<string, string> = {}): Promise<string> {
  const dir = await project({ 'train.py': GRACEFUL, ...files, 'trainctl.yaml': JSON.stringify(spec) });
  const { stdout, stderr, code } = await trainctl(['run', '--json', '--yes', '--detach'], { cwd: dir });
  if (code !== 0) throw new Error(`run --detach: ${code} ${stderr}`);
  return (JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as { run: string }).run;
}

/** @param stopping - to be done as soon as the stop has been taken */
async function stopAndWait(
  run: string,
  stopping: () => Promise<unknown> = async () => undefined,
): Promise<{ code: number | null; last: RunResult }> {
  const stopped = await trainctl(['stop', run]);
  expect(stopped.code).toBe(0);
  await stopping();
  const waited = await trainctl(['status', run, '--wait', '--json']);
  const status = JSON.parse(waited.stdout.trim().split('\n').at(-1) ?? '') as RunStatus & RunResult;
  return { code: waited.code, last: status };
}

async function nothingLeft(run: string): Promise<void> {
  expect(await aliveOf(run)).toEqual([]);
}

test('during launch, while there is no capacity', async () => {
  const { id } = await local<{ id: string }>('POST', 'faults', {
    kind: 'no-capacity',
    times: 0,
    match: { instanceType: 'c5.xlarge' },
  });
  try {
    const run = await started({
      name: 'stop-launch',
      command: 'python3 train.py',
      resources: { instanceTypes: ['c5.xlarge'] },
    });
    await untilStatus(run, (status) => status.phase === 'waiting-for-capacity');
    const { code, last } = await stopAndWait(run);
    expect(code).toBe(11);
    expect(last.outcome).toBe('cancelled');
    await nothingLeft(run);
  } finally {
    await local('DELETE', `faults/${id}`);
  }
});

test('during preparation, while an install runs', async () => {
  const run = await started({ name: 'stop-prepare', command: 'python3 train.py', setup: ['sleep 600'] });
  await untilStatus(run, (status) =>
    status.attempts.some((a) => a.stages.some((s) => s.name === 'setup' && s.state === 'running')),
  );
  const { code, last } = await stopAndWait(run);
  expect(code).toBe(11);
  expect(last.outcome).toBe('cancelled');
  await nothingLeft(run);
});

test('during training: TERM reaches the process, its last checkpoint is waited for as long as it moves', async () => {
  // It takes 18 s at that pace. Without the wait for what moves the instance would be gone after the grace and 15 s.
  const { id } = await local<{ id: string }>('POST', 'faults', {
    kind: 's3-slow',
    times: 0,
    method: 'POST',
    keyPattern: 'checkpoints/parts',
    bytesPerSecond: 2_000_000,
  });
  try {
    const large = GRACEFUL.replace('"saved on TERM"', '"saved on TERM " * 2_570_000');
    const run = await started(
      { name: 'stop-large', command: 'python3 large.py', checkpoints: { grace: '1s' } },
      { 'large.py': large },
    );
    await untilTrains(run);
    await untilLogged(run, 'training');
    const { code, last } = await stopAndWait(run);
    expect({ code, outcome: last.outcome }).toEqual({ code: 11, outcome: 'cancelled' });
    expect((await trainctl(['logs', run])).stdout).toContain('bye');
    const { stdout } = await trainctl(['checkpoints', 'ls', run, '--json']);
    expect(JSON.parse(stdout)).toMatchObject([{ bytes: 14 * 2_570_000 }]);
    await nothingLeft(run);
  } finally {
    await local('DELETE', `faults/${id}`);
  }
});

/** More files than the agent sends at once: slowly they take a minute, and each that is begun once nothing is slow any more is quick. */
const MAKE = `
import os
os.makedirs("outputs", exist_ok=True)
for n in range(96):
    open("outputs/slow-%d.bin" % n, "wb").write(os.urandom(200_000))
`;

test('during the upload of outputs', async () => {
  const { id } = await local<{ id: string }>('POST', 'faults', {
    kind: 's3-slow',
    times: 0,
    method: 'POST',
    keyPattern: 'outputs/slow',
    bytesPerSecond: 40_000,
  });
  const hurry = () => local('DELETE', `faults/${id}`);
  try {
    const run = await started({ name: 'stop-upload', command: 'python3 make.py' }, { 'make.py': MAKE });
    await untilLive(run, 'uploading');
    const { code, last } = await stopAndWait(run, hurry);
    expect({ code, outcome: last.outcome }).toEqual({ code: 11, outcome: 'cancelled' });
    // What was on its way arrives all the same.
    const status = JSON.parse((await trainctl(['status', run, '--json'])).stdout) as RunStatus;
    expect(status.attempts[0]).toMatchObject({ ended: 'stopped', reason: expect.stringContaining('had exited 0') });
    expect(status.outputs).toMatchObject([{ files: 96, bytes: 96 * 200_000 }]);
    await nothingLeft(run);
  } finally {
    // Unless it is gone already.
    await hurry().catch(() => undefined);
  }
});

test('stop --now kills at once', async () => {
  const run = await started({
    name: 'stop-now',
    command: ['bash', '-c', 'trap "" TERM; while true; do sleep 1; done'],
  });
  await untilTrains(run);
  expect((await trainctl(['stop', run, '--now'])).code).toBe(0);
  expect((await trainctl(['status', run, '--wait'])).code).toBe(11);
  await nothingLeft(run);
});

test('a reader of logs -f ends with the run’s own code', async () => {
  const run = await started({ name: 'stop-follow', command: 'python3 train.py' });
  const reader = spawnCli(['logs', run, '-f']);
  const closed = once(reader, 'close');
  await untilTrains(run);
  await trainctl(['stop', run]);
  const [code] = await closed;
  expect(code).toBe(11);
});

test('stopping what has ended, or never was, is told apart', async () => {
  const dir = await project({ 'a.txt': 'x' });
  const done = await trainctl(['run', '--json', '--yes', '--', 'true'], { cwd: dir });
  const { run } = lastJson<RunResult>(done);
  expect(done.code).toBe(0);
  const again = await trainctl(['stop', run]);
  expect(again.stderr + again.stdout).toMatch(/succeeded|ended/);
  expect((await trainctl(['stop', 'no-such-run-at-all'])).code).toBe(4);
});
