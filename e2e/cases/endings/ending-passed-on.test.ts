import { setTimeout as sleep } from 'node:timers/promises';
import type { RunStatus } from '../../../contract';
import { trainctl } from '../../support/cli';
import { project } from '../../support/project';

jest.setTimeout(300_000);

/** Looks at the stop file and has no handler; saves its step, and stands at it on the second attempt. */
const READS = `
import os, sys, time
kept = os.path.join(os.environ["TRAINCTL_CHECKPOINT_DIR"], "step")
if os.environ["TRAINCTL_ATTEMPT"] == "2": sys.exit(print("from", open(kept).read()) or 0)
step = 0
while not os.path.exists(os.environ["TRAINCTL_STOP_FILE"]):
    step += 1
    print("step", step, flush=True)
    time.sleep(0.1)
time.sleep(1)
open(kept + ".new", "w").write("the end"); os.replace(kept + ".new", kept)
sys.exit(143)
`;

/** Saves on TERM how far it came since its own start. */
const HEARS = `
import os, signal, sys, time
kept = os.path.join(os.environ["TRAINCTL_CHECKPOINT_DIR"], "step")
if os.environ["TRAINCTL_ATTEMPT"] == "2": sys.exit(print("from", open(kept).read()) or 0)
ending = []
signal.signal(signal.SIGTERM, lambda *_: ending.append(1))
step = 0
while not ending:
    step += 1
    print("step", step, flush=True)
    time.sleep(0.1)
open(kept + ".new", "w").write("the end" if step > 5 else "the beginning"); os.replace(kept + ".new", kept)
sys.exit(143)
`;

const TRAPS = `trap 'kill -TERM $child; wait $child; exit 143' TERM
python3 train.py & child=$!
wait $child
`;

async function interrupted(
  files: Record<string, string>,
  command: string,
): Promise<{ status: RunStatus; log: string }> {
  const dir = await project(files);
  const options = ['--set', 'resources.market=spot', '--set', 'checkpoints.grace=20s'];
  const started = await trainctl(['run', '--json', '--yes', '--detach', ...options, '--', command], { cwd: dir });
  const { run } = JSON.parse(started.stdout.trim().split('\n').at(-1) ?? '') as { run: string };
  const statusOf = async () => JSON.parse((await trainctl(['status', run, '--json'])).stdout) as RunStatus;
  while (!(await trainctl(['logs', run])).stdout.includes('step 10\n')) await sleep(100);
  await trainctl(['local', 'interrupt', (await statusOf()).attempts[0]?.instanceId ?? '']);
  await trainctl(['status', run, '--wait']);
  return { status: await statusOf(), log: (await trainctl(['logs', run, '--attempt', '2'])).stdout };
}

test.each([
  [
    'a trap does not pass TERM on to a training that reads the stop file',
    { 'train.py': READS, 'go.sh': TRAPS },
    'bash go.sh',
  ],
  [
    'a loop begins nothing anew over what was saved',
    { 'train.py': HEARS },
    'until python3 train.py; do sleep 0.2; done',
  ],
])('%s', async (_, files, command) => {
  const { status, log } = await interrupted(files, command);
  expect({ log, outcome: status.outcome, warnings: status.warnings ?? [] }).toMatchObject({
    log: 'from the end\n',
    outcome: 'succeeded',
    warnings: [],
  });
});
