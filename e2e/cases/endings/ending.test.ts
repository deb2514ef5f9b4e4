import { setTimeout as sleep } from 'node:timers/promises';
import type { RunStatus } from '../../../contract';
import { trainctl } from '../../support/cli';
import { aliveOf, local } from '../../support/cloud';
import { project } from '../../support/project';

jest.setTimeout(300_000);

/** Passes TERM to the whole group of the training, which is another's than its own. */
const START = `
import os, signal, subprocess, sys
training = subprocess.Popen([sys.executable, "-u", "steps.py"], preexec_fn=os.setpgrp)
def end(number, _):
    print("starter: TERM to all", flush=True)
    os.killpg(training.pid, number)
    sys.exit(training.wait())
for number in (signal.SIGTERM, signal.SIGINT): signal.signal(number, end)
sys.exit(training.wait())
`;

/** 60 steps, on the first attempt as many as there is time for, with a reader that dies by TERM, and without which nothing is saved. */
const STEPS = `
import json, os, signal, subprocess, sys, time
state = os.path.join(os.environ["TRAINCTL_CHECKPOINT_DIR"], "progress.json")
step = json.load(open(state))["step"] if os.path.exists(state) else 0
reader = subprocess.Popen(["sh", "-c", "while :; do echo batch; sleep 0.05; done"], stdout=subprocess.PIPE)
ending = []
signal.signal(signal.SIGTERM, lambda *_: ending.append(1))
print("begins at", step)
while step < 60 or os.environ["TRAINCTL_ATTEMPT"] == "1":
    if not reader.stdout.readline(): sys.exit("the reader is gone at step %d" % step)
    step += 1
    if ending:
        reader.stdout.readline()
        if reader.poll() is not None: sys.exit("the reader is gone at step %d" % step)
        json.dump({"step": step}, open(state + ".new", "w")); os.replace(state + ".new", state)
        sys.exit("kept at %d" % step)
    time.sleep(0.1)
reader.kill()
print("all steps done")
`;

/** Looks at the stop file, and has no handler of any signal. */
const LOOKS = `
i=0
echo looking
until [ -e "$TRAINCTL_STOP_FILE" ]; do i=$((i + 1)); sleep 0.1; done
cat "$TRAINCTL_STOP_FILE"; echo; echo "$i" > "$TRAINCTL_CHECKPOINT_DIR/steps"; echo "kept $(ls "$TRAINCTL_CHECKPOINT_DIR")"
exit 143
`;

async function started(files: Record<string, string>, spec: object): Promise<string> {
  const dir = await project({ ...files, 'trainctl.yaml': JSON.stringify(spec) });
  const { stdout, stderr, code } = await trainctl(['run', '--json', '--yes', '--detach'], { cwd: dir });
  if (code !== 0) throw new Error(`run --detach: ${code} ${stderr}`);
  return (JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as { run: string }).run;
}

const log = async (run: string, attempt: number): Promise<string> =>
  (await trainctl(['logs', run, '--attempt', String(attempt)])).stdout;

async function statusOf(run: string): Promise<RunStatus> {
  return JSON.parse((await trainctl(['status', run, '--json'])).stdout) as RunStatus;
}

/** Waits until an attempt's log holds a text; answers its instance. */
async function says(run: string, attempt: number, text: string): Promise<string> {
  for (;;) {
    const status = await statusOf(run);
    const instance = status.attempts.find(({ number }) => number === attempt)?.instanceId;
    if (instance && (await log(run, attempt)).includes(text)) return instance;
    if (status.outcome) throw new Error(`${run} ended ${status.outcome} before: ${status.reason}`);
    await sleep(100);
  }
}

async function ended(run: string): Promise<RunStatus> {
  await trainctl(['status', run, '--wait']);
  expect(await aliveOf(run)).toEqual([]);
  return statusOf(run);
}

const SPOT = { instanceTypes: ['m5.large'], market: 'spot' };

test('below a launcher that would pass TERM to all, the training saves with what it needs for that', async () => {
  const run = await started(
    { 'start.py': START, 'steps.py': STEPS },
    { name: 'starter', command: ['python3', 'start.py'], resources: SPOT, checkpoints: { grace: '20s' } },
  );
  const instance = await says(run, 1, 'begins at 0');
  expect((await trainctl(['local', 'interrupt', instance])).code).toBe(0);
  const { outcome, attempts } = await ended(run);
  expect({ outcome, ended: attempts[0]?.ended }).toEqual({ outcome: 'succeeded', ended: 'interrupted' });
  const kept = /kept at (\d+)/.exec(await log(run, 1))?.[1];
  // The starter is told as well if it has not ended by itself: later.
  expect(await log(run, 1)).toMatch(/^begins at 0\nkept at \d+\n(starter: TERM to all\n)?$/);
  expect(await log(run, 2)).toContain(`begins at ${kept}\n`);
});

test('a script without a handler reads in a file why and until when: a recommendation, then a stop', async () => {
  const run = await started(
    { 'looks.sh': LOOKS },
    { name: 'looks', command: ['sh', 'looks.sh'], resources: SPOT, checkpoints: { grace: '20s' } },
  );
  const instance = await says(run, 1, 'looking');
  await local('POST', `instances/${instance}/rebalance`);
  await says(run, 2, 'looking');
  expect(await log(run, 1)).toMatch(/\{"reason": "rebalance", "deadline": null\}\nkept steps/);
  const asked = Date.now() / 1000;
  await trainctl(['stop', run]);
  const { outcome, attempts } = await ended(run);
  expect(outcome).toBe('cancelled');
  expect(attempts[0]).toMatchObject({ ended: 'interrupted', reason: expect.stringMatching(/recommended/) });
  const [, reason, deadline] = /\{"reason": "(\w+)", "deadline": ([\d.]+)\}\nkept steps/.exec(await log(run, 2)) ?? [];
  expect(reason).toBe('stop');
  expect(Number(deadline)).toBeGreaterThanOrEqual(asked + 20);
  expect(Number(deadline)).toBeLessThan(Date.now() / 1000 + 20);
});

test('and which limit of the run it was', async () => {
  const run = await started(
    { 'looks.sh': LOOKS },
    {
      name: 'limited',
      command: 'sh looks.sh',
      resources: { instanceTypes: ['m5.large'] },
      // It counts from the start of the run, and the training has to begin before it is over.
      limits: { maxDuration: '60s' },
    },
  );
  expect((await ended(run)).outcome).toBe('deadline');
  expect(await log(run, 1)).toMatch(/\{"reason": "deadline", "deadline": [\d.]+\}\nkept steps/);
});
