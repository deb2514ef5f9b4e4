import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { RunView } from '../../../client';
import type { RunResult } from '../../../contract';
import { lastJson, trainctl } from '../../support/cli';
import { aliveOf } from '../../support/cloud';
import { project } from '../../support/project';

jest.setTimeout(240_000);

/**
 * 60 batches, each saved. What is reported is the batch since this start (`start`), or that of an epoch of 25 (`epoch`): not how far
 * the training is. The first attempt stands still at 40.
 */
const TRAIN = `import json, os, sys, time
way = sys.argv[1]
state = os.environ["TRAINCTL_CHECKPOINT_DIR"] + "/state.json"
start = at = json.load(open(state)) if os.environ["TRAINCTL_RESUME_FROM"] else 0
print("from", at, flush=True)
metrics = open(os.environ["TRAINCTL_METRICS"], "a", buffering=1)
while at < 60:
    print(json.dumps({"step": at - start if way == "start" else at % 25, "steps": 60}), file=metrics)
    at += 1
    with open(state + ".tmp", "w") as file: json.dump(at, file)
    os.replace(state + ".tmp", state)
    time.sleep(0.05)
    if at == 40 and os.environ["TRAINCTL_ATTEMPT"] == "1": print("waits", flush=True); time.sleep(600)
print("done", at, flush=True)
`;

const WAYS = ['start', 'epoch'] as const;

test.concurrent.each(WAYS)('steps that are counted anew at each %s say nothing of what was lost', async (way) => {
  const dir = await project({ 'train.py': TRAIN });
  const spec = ['--set', 'resources.market=spot', '--set', 'checkpoints.every=1s', '--set', 'limits.maxDuration=5m'];
  const run = `anew-${way}-${randomUUID().slice(0, 4)}`;
  const ending = trainctl(['run', dir, '--json', '--id', run, ...spec, '--', 'python3', 'train.py', way]);
  for (;;) {
    const { stdout } = await trainctl(['status', run, '--json']);
    const now = JSON.parse(stdout || '{}') as Partial<RunView>;
    if (now.outcome !== undefined) throw new Error(`${run} ended: ${stdout}`);
    // Once its numbers have come twice, they say no step.
    const [last, saved] = way === 'start' ? [39, 39] : [14, null];
    const waits = (await trainctl(['logs', run])).stdout.includes('waits');
    if (waits && now.step === last && now.lastCheckpoint?.step === saved) {
      await trainctl(['local', 'kill', now.attempts?.[0]?.instanceId ?? '']);
      break;
    }
    await delay(250);
  }
  const said = { outcome: 'succeeded', attemptCount: 2, resumedFromStep: null, stepsLost: null };
  expect(lastJson<RunResult>(await ending)).toMatchObject(said);
  const { stdout: status } = await trainctl(['status', run]);
  expect(status).toMatch(/resumed .*steps lost unknown/);
  expect((await trainctl(['logs', run, '--attempt', '2'])).stdout).toContain('done 60');
  expect(await aliveOf(run)).toEqual([]);
});
