import { once } from 'node:events';
import type { RunResult, RunStatus } from '../../contract';
import { lastJson, spawnCli, trainctl } from '../support/cli';
import { aliveOf, local } from '../support/cloud';
import { project } from '../support/project';

jest.setTimeout(180_000);

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

/** Waits for what the status says, by asking it. */
async function until(run: string, what: (status: RunStatus) => boolean): Promise<RunStatus> {
  for (;;) {
    const { stdout, code, stderr } = await trainctl(['status', run, '--json']);
    if (code !== 0 && code !== null && code < 10) throw new Error(`status: ${code} ${stderr}`);
    const status = JSON.parse(stdout) as RunStatus;
    if (what(status)) return status;
    if (status.outcome) throw new Error(`${run} ended ${status.outcome} before: ${status.reason}`);
  }
}

async function stopAndWait(run: string): Promise<{ code: number | null; last: RunResult }> {
  const stopped = await trainctl(['stop', run]);
  expect(stopped.code).toBe(0);
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
    await until(run, (status) => status.phase === 'waiting-for-capacity');
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
  await until(run, (status) =>
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
    await until(run, (status) => status.phase === 'training');
    await waitForLog(run, 'training');
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

test('during the upload of outputs', async () => {
  const { id } = await local<{ id: string }>('POST', 'faults', {
    kind: 's3-slow',
    times: 0,
    method: 'POST',
    keyPattern: 'outputs/slow',
    bytesPerSecond: 1_000_000,
  });
  try {
    const run = await started(
      { name: 'stop-upload', command: 'python3 make.py' },
      {
        'make.py':
          'import os\nos.makedirs("outputs", exist_ok=True)\nopen("outputs/slow.bin","wb").write(os.urandom(20_000_000))\n',
      },
    );
    await untilLive(run, 'uploading');
    const { code, last } = await stopAndWait(run);
    expect({ code, outcome: last.outcome }).toEqual({ code: 11, outcome: 'cancelled' });
    // What was on its way arrives all the same.
    const status = JSON.parse((await trainctl(['status', run, '--json'])).stdout) as RunStatus;
    expect(status.attempts[0]).toMatchObject({ ended: 'stopped', reason: expect.stringContaining('had exited 0') });
    expect(status.outputs).toMatchObject([{ files: 1, bytes: 20_000_000 }]);
    await nothingLeft(run);
  } finally {
    await local('DELETE', `faults/${id}`);
  }
});

test('stop --now kills at once', async () => {
  const run = await started({
    name: 'stop-now',
    command: ['bash', '-c', 'trap "" TERM; while true; do sleep 1; done'],
  });
  await until(run, (status) => status.phase === 'training');
  expect((await trainctl(['stop', run, '--now'])).code).toBe(0);
  expect((await trainctl(['status', run, '--wait'])).code).toBe(11);
  await nothingLeft(run);
});

test('a reader of logs -f ends with the run’s own code', async () => {
  const run = await started({ name: 'stop-follow', command: 'python3 train.py' });
  const reader = spawnCli(['logs', run, '-f']);
  await until(run, (status) => status.phase === 'training');
  await trainctl(['stop', run]);
  const [code] = await once(reader, 'close');
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

async function waitForLog(run: string, text: string): Promise<void> {
  for (;;) if ((await trainctl(['logs', run])).stdout.includes(text)) return;
}

async function untilLive(run: string, phase: string): Promise<void> {
  for (;;) {
    const { stdout } = await trainctl(['status', run, '--json']);
    const status = JSON.parse(stdout) as RunStatus & { live?: { phase: string } };
    if (status.live?.phase === phase || status.phase === 'stopping') return;
    if (status.outcome) throw new Error(`${run} ended before`);
  }
}
