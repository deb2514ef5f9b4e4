import { once } from 'node:events';
import { EXIT_CODES, type RunStatus } from '../../../contract';
import { lastJson, spawnCli, trainctl } from '../../support/cli';
import { gate } from '../../support/gate';
import { project } from '../../support/project';

jest.setTimeout(300_000);

/** Writes its metrics as Python does by itself: NaN and Infinity as bare words. Diverges at step 4, in one metric of three. */
const DIVERGES = `
import json, math, os, time
metrics = open(os.environ["TRAINCTL_METRICS"], "a", buffering=1)
for step in range(1, 13):
    loss = math.nan if step >= 4 else 1 / step
    row = {"step": step, "steps": 12, "loss": loss, "eval": {"acc": 0.5, "top": [0.1, math.inf if step == 5 else 0.2]}}
    print(json.dumps(row), file=metrics)
    if step == 2: print("epoch 1 done", file=metrics)
    time.sleep(0.4)
`;

/**
 * Diverges once it may, and says at which step. Goes on for ever unless it is told to end; then saves what it has and exits 0, as many
 * scripts do.
 */
const GOES_ON = `
import json, os, signal, sys, time
def save(*_):
    os.makedirs("checkpoints", exist_ok=True)
    open("checkpoints/model", "w").write("weights")
    sys.exit(0)
signal.signal(signal.SIGTERM, save)
metrics = open(os.environ["TRAINCTL_METRICS"], "a", buffering=1)
step, diverged = 0, False
while True:
    step += 1
    now = not diverged and step >= 20 and os.path.exists(os.environ["GO"])
    if now:
        diverged = True
        print("diverges at", step, flush=True)
    print(json.dumps({"step": step, "train/loss": float("inf") if now else 0.5}), file=metrics)
    time.sleep(0.3)
`;

test('a loss that is NaN is seen everywhere, with its steps', async () => {
  const dir = await project({ 'train.py': DIVERGES });
  const followed = await trainctl(['run', '--name', 'diverges', '--', 'python3', 'train.py'], { cwd: dir });
  expect(followed.code).toBe(0);
  expect(followed.stdout).toMatch(/! warning +attempt 1: loss became NaN at step 4/);
  expect(followed.stdout).toMatch(/! warning +attempt 1: eval\/top\/1 (became Infinity|was Infinity) at step 5/);
  expect(followed.stdout).toMatch(/line 3 of the metrics cannot be read: it is not JSON/);
  expect(followed.stdout).toMatch(/train +step 12\/12 +loss NaN /);
  expect(followed.stdout).toMatch(/not finite +loss NaN since step 4/);
  expect(followed.stdout).toMatch(/not finite +eval\/top\/1 was Infinity at step 5/);

  const status = await trainctl(['status', 'diverges']);
  expect(status.stdout).toMatch(/not finite +loss NaN since step 4/);
  const view = lastJson<RunStatus>(await trainctl(['status', 'diverges', '--json']));
  expect(view).toMatchObject({
    lastMetrics: { loss: 'NaN', 'eval/acc': 0.5, 'eval/top/0': 0.1, 'eval/top/1': 0.2 },
    notFinite: [
      { name: 'loss', value: 'NaN', firstStep: 4, lastStep: 12, ongoing: true },
      { name: 'eval/top/1', value: 'Infinity', firstStep: 5, lastStep: 5, ongoing: false },
    ],
    unreadableMetrics: { lines: 1, firstLine: 3 },
  });

  const csv = await trainctl(['metrics', 'diverges', '--csv']);
  const lines = csv.stdout.trim().split('\n');
  expect(lines[0]).toBe('attempt,step,steps,loss,eval/acc,eval/top/0,eval/top/1');
  expect(lines[5]).toBe('1,5,12,NaN,0.5,0.1,Infinity');
  expect(csv.stderr).toContain('a line of metrics could not be read, it is line 3');
  const json = (await trainctl(['metrics', 'diverges', '--json'])).stdout.trim().split('\n');
  expect(json.map((line) => JSON.parse(line))[4]).toMatchObject({ step: 5, loss: 'NaN', 'eval/top/1': 'Infinity' });
  expect((await trainctl(['metrics', 'diverges'])).stdout).not.toContain('[object Object]');
});

test('with nan: stop the run ends as failed, once, with a last checkpoint and the reason', async () => {
  const dir = await project({ 'train.py': GOES_ON });
  const flags = ['--set', 'alerts.nan=stop', '--set', 'retry.failures=3', '--set', 'steps=100000'];
  const held = gate();
  const words = ['--name', 'stops', '--env', `GO=${held.file}`, ...flags, '--', 'python3', 'train.py'];
  const follower = spawnCli(['run', '--json', ...words], { cwd: dir });
  follower.stdin?.end();
  const followed = { code: null as number | null, stdout: '', stderr: '' };
  follower.stderr?.resume();
  follower.stdout?.setEncoding('utf8').on('data', (text: string) => {
    followed.stdout += text;
    if (followed.stdout.includes('"etaAt"')) held.open();
  });
  [followed.code] = (await once(follower, 'close')) as [number | null];
  expect(followed.code).toBe(EXIT_CODES.failed);
  const [, at] = /diverges at (\d+)/.exec((await trainctl(['logs', 'stops'])).stdout) ?? [];
  expect(lastJson(followed)).toMatchObject({
    outcome: 'failed',
    attemptCount: 1,
    reason: expect.stringMatching(
      new RegExp(`^train/loss (became|was) Infinity at step ${at} \\(alerts\\.nan is stop\\); the command exited 0`),
    ),
  });
  const events = followed.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const ahead = events.filter(({ event, etaAt }) => event === 'progress' && etaAt !== undefined);
  expect(ahead[0]).toMatchObject({ steps: 100_000 });
  const view = lastJson<RunStatus>(await trainctl(['status', 'stops', '--json']));
  expect(view.lastCheckpoint).toBeDefined();
});

test('nan: stop does not depend on whether the command was quicker', async () => {
  const write = `echo '{"step": 1, "loss": nan}' >> $TRAINCTL_METRICS`;
  const flags = ['--json', '--name', 'quick', '--set', 'alerts.nan=stop'];
  const followed = await trainctl(['run', ...flags, '--', write], { cwd: await project({ 'a.txt': 'a' }) });
  expect(followed.code).toBe(EXIT_CODES.failed);
  expect(lastJson(followed)).toMatchObject({
    outcome: 'failed',
    reason: expect.stringMatching(/^loss became NaN at step 1 \(alerts\.nan is stop\); the command exited 0/),
  });
});
