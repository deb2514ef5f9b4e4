import { listCheckpoints, type RunHandle } from '../../client';
import { TAGS } from '../../contract';
import { expectEqual, expectThat, expectThere } from './checks';
import { endsAs, expectGone, instanceOf, outputOf, textOf, untilLogged, untilStatus, untilTrains } from './looks';
import { scenario, step } from './scenario';

/**
 * Trains until it is asked for a checkpoint, so that whoever looks on has all the time he needs, and three steps more. What it
 * leaves holds a word that came with the code.
 */
const TRAIN = `
import json, os, signal, sys, time
asked = False
def ask(*_):
    global asked
    asked = True
signal.signal(signal.SIGUSR1, ask)
folder = os.environ["TRAINCTL_CHECKPOINT_DIR"]
word = open("data/word.txt").read()
def save(step):
    with open(os.path.join(folder, "new"), "w") as f: json.dump({"step": step, "word": word}, f)
    os.replace(os.path.join(folder, "new"), os.path.join(folder, "state.json"))
os.makedirs(folder, exist_ok=True)
step, last = 0, 3000
while step < last:
    step += 1
    print("step %d loss %.6f" % (step, 1 / step), flush=True)
    with open(os.environ["TRAINCTL_METRICS"], "a") as f: f.write(json.dumps({"step": step, "loss": 1 / step}) + "\\n")
    if step % 5 == 0: save(step)
    if asked and last == 3000: last = step + 3; save(step)
    time.sleep(0.2)
os.makedirs("outputs", exist_ok=True)
with open("outputs/model.json", "w") as f: json.dump({"steps": step, "word": word}, f)
sys.exit(0 if asked else 9)
`;

/** The line that it prints for a step. */
const line = (at: number): string => `step ${at} loss ${(1 / at).toFixed(6)}`;

export const trainingWorkflow = scenario({
  name: 'training-workflow',
  shows:
    'a run is created, gets its code, trains, and is seen live; checkpoint and outputs are kept, and nothing else is left',
  creates: ['1 instance'],
  minutes: 6,
  instanceHours: 0.07,
  steps(context) {
    const { ec2, client, settings } = context;
    const word = `word-of-${context.tag}`;
    let run: RunHandle;
    let steps = 0;
    return [
      step('creates a run, which launches an instance', async () => {
        const dir = await context.project({ 'train.py': TRAIN, 'data/word.txt': word });
        run = await context.start(dir, {
          command: ['python3', 'train.py'],
          checkpoints: { every: '1s', signal: 'SIGUSR1' },
        });
        await instanceOf(context, run);
      }),
      step('EC2 shows one instance and its disk with the tags of the run', async () => {
        const id = await instanceOf(context, run);
        const tags = { [TAGS.runKey]: run.runKey };
        const found = await ec2.describeInstances({ tags });
        expectEqual(
          'the instances with the tag of the run',
          found.map((one) => one.id),
          [id],
        );
        const own = expectThere('the instance', found[0]).tags;
        expectEqual('its installation', own[TAGS.installation], settings.installation);
        expectEqual('its project', own[TAGS.project], context.tag);
        await context.clock.until('its disk has the tag of the run, too', async () => {
          const disks = await ec2.describeVolumes(tags);
          return disks.length === 1;
        });
      }),
      step('the code arrives, and the training starts', () => untilTrains(context, run).then(() => undefined)),
      step('a line of its log is read before it ends', async () => {
        const log = await untilLogged(context, run, line(3));
        const { outcome } = await run.status();
        expectThat('the run still trains', outcome === undefined, outcome);
        expectThat('its log begins with its first step', log.startsWith(`${line(1)}\n${line(2)}\n`), log);
      }),
      step('its metrics are read before it ends', async () => {
        const rows = await context.clock.until('metrics of step 3', async () => {
          const text = await textOf(run, 'metrics');
          const whole = text
            .slice(0, text.lastIndexOf('\n') + 1)
            .split('\n')
            .filter(Boolean);
          return whole.length >= 3 && whole.map((one) => JSON.parse(one) as { step: number; loss: number });
        });
        expectEqual(
          'its first metrics',
          rows.slice(0, 3).map(({ step: at, loss }) => [at, loss.toFixed(6)]),
          [
            [1, (1).toFixed(6)],
            [2, (1 / 2).toFixed(6)],
            [3, (1 / 3).toFixed(6)],
          ],
        );
        const { outcome } = await untilStatus(context, run, 'shows its step', (view) => (view.step ?? 0) >= 3);
        expectThat('the run still trains', outcome === undefined, outcome);
      }),
      step('a whole checkpoint is seen in S3', async () => {
        const place = { prefix: settings.prefix, runKey: run.runKey, attempts: 1 };
        const first = await context.clock.until('a whole checkpoint', async () =>
          (await listCheckpoints(client.objects, place)).find(({ state }) => state === 'whole'),
        );
        const manifest = await context.objects.head(first.key);
        expectThat('its manifest is an object of the bucket', (manifest?.bytes ?? 0) > 0, first);
      }),
      step('asked for a checkpoint, it makes one, and ends', async () => {
        const answer = await run.takeCheckpoint();
        expectThat('the checkpoint was made', answer.checkpoint !== undefined, answer);
        const result = await endsAs(context, run, 'succeeded');
        expectEqual('its attempts', result.attemptCount, 1);
        steps = expectThere('its final step', result.finalStep, result);
      }),
      step('its outputs are what it wrote', async () => {
        const model = JSON.parse((await outputOf(context, run, 'model.json')).toString('utf8')) as unknown;
        expectEqual('model.json', model, { steps, word });
      }),
      step('its log has every line once, to the last', async () => {
        const whole = Array.from({ length: steps }, (_, i) => `${line(i + 1)}\n`).join('');
        expectEqual('the log', await textOf(run), whole);
      }),
      step('instance, disk and spot request are gone', () => expectGone(context, run)),
    ];
  },
});
