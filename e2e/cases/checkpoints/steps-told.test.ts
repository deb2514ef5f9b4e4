import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { RunView } from '../../../client';
import type { RunResult } from '../../../contract';
import { lastJson, trainctl } from '../../support/cli';
import { aliveOf } from '../../support/cloud';
import { valueAfter } from '../../support/counting-run';
import { gate } from '../../support/gate';
import { project } from '../../support/project';

jest.setTimeout(240_000);

/**
 * 60 steps whose value depends on all of them, reported every 5. The first attempt has its last save at step 45, which is to be
 * found while it goes on writing, and stands still at 59. Ended by TERM, it saves nothing.
 */
const TRAIN = `import json, os, signal, sys, time
way, opened = sys.argv[1:]
folder, first = os.environ["TRAINCTL_CHECKPOINT_DIR"], os.environ["TRAINCTL_ATTEMPT"] == "1"
signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))

def newest():
    if way == "renamed": return folder + "/state.json"
    return "%s/checkpoint-%d/w.json" % (folder, max(int(n[11:]) for n in os.listdir(folder) if n.startswith("checkpoint-")))

step, value = json.load(open(newest())) if os.environ["TRAINCTL_RESUME_FROM"] else (0, 1)
print("from", step, flush=True)
metrics = open(os.environ["TRAINCTL_METRICS"], "a", buffering=1)
events = open(folder + "/events.out.tfevents.7", "a") if way == "growing" else None

def write(path):
    with open(path, "w") as file: json.dump([step, value], file); file.write(" " * 200000)

def pause():
    time.sleep(0.05)
    if events: events.write("x"); events.flush()
    if way == "renamed" and (step <= 45 or not first):
        write(newest() + ".part"); os.replace(newest() + ".part", newest())

while step < 60:
    step, value = step + 1, (value * 6364136223846793005 + step + 1) % 2**61
    if step % 5 == 0: print(json.dumps({"step": step, "steps": 60}), file=metrics)
    if way != "renamed" and step % 15 == 0:
        place = "%s/checkpoint-%d" % (folder, step)
        aside = "%s/.tmp-%d" % (folder, step) if way == "aside" else place
        os.makedirs(aside); write(aside + "/w.json")
        if aside != place: os.rename(aside, place)
    pause()
    while first and (step == 59 or way == "renamed" and step == 45 and not os.path.exists(opened)): pause()
print("value", value, flush=True)
`;

async function until(run: string, holds: (now: RunView) => boolean): Promise<RunView> {
  for (;;) {
    const { stdout } = await trainctl(['status', run, '--json']);
    const now = JSON.parse(stdout || '{}') as Partial<RunView>;
    if (now.run !== undefined && holds(now as RunView)) return now as RunView;
    if (now.outcome !== undefined) throw new Error(`${run} ended: ${stdout}`);
    await delay(250);
  }
}

const logOf = async (run: string, attempt: number): Promise<string> =>
  (await trainctl(['logs', run, '--attempt', String(attempt)])).stdout;

/** Name, which of its saves it is, how its instance is lost. */
const WAYS = [
  ['replaces its file without a pause', 'renamed', 'kill'],
  ['makes folders beside an event file that grows', 'growing', 'kill'],
  ['makes folders aside, and has reported later steps when one is packed', 'aside', 'interrupt'],
] as const;

test.concurrent.each(WAYS)(
  'a script that %s goes on from its newest checkpoint, and what was lost is said',
  async (...row) => {
    const [, way, how] = row;
    const more = gate();
    const dir = await project({ 'train.py': TRAIN });
    const spec = ['--set', 'resources.market=spot', '--set', 'checkpoints.every=1s', '--set', 'limits.maxDuration=5m'];
    const run = `steps-${way}-${randomUUID().slice(0, 4)}`;
    const ending = trainctl(['run', dir, '--json', '--id', run, ...spec, '--', 'python3', 'train.py', way, more.file]);

    await until(run, ({ lastCheckpoint }) => lastCheckpoint?.step === 45);
    more.open();
    const { attempts, lastCheckpoint } = await until(run, ({ step }) => step === 55);
    expect(lastCheckpoint).toMatchObject({ step: 45 });
    expect(lastCheckpoint?.suspect).toBeUndefined();
    await trainctl(['local', how, attempts[0]?.instanceId ?? '']);

    const said = { outcome: 'succeeded', attemptCount: 2, resumedFromStep: 45, stepsLost: 10 };
    expect(lastJson<RunResult>(await ending)).toMatchObject(said);
    expect(await until(run, ({ outcome }) => outcome !== undefined)).toMatchObject({
      attempts: [
        { ended: 'interrupted', lastStep: 55 },
        { resumedFromStep: 45, stepsLost: 10 },
      ],
    });
    expect(await logOf(run, 2)).toBe(`from 45\nvalue ${valueAfter(60)}\n`);
    expect(await aliveOf(run)).toEqual([]);
  },
);
