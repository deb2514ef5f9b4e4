import { listCheckpoints, type RunHandle, type RunView } from '../../client';
import type { RunResult } from '../../contract';
import { expectEqual, expectThat, expectThere } from './checks';
import { removeInterruptions } from './interrupt';
import { endsAs, expectGone, instanceOf, outputOf, textOf, untilLogged } from './looks';
import { type ScenarioContext, scenario, step } from './scenario';

/**
 * Trains until it is taken, for a quarter of an hour if nobody does; where there is a checkpoint it goes on from that, for ten steps.
 * Told to end, it saves the step that it is at, and says which.
 */
const TRAIN = `
import json, os, signal, sys, time
told = False
def tell(*_):
    global told
    told = True
signal.signal(signal.SIGTERM, tell)
folder = os.environ["TRAINCTL_CHECKPOINT_DIR"]
os.makedirs(folder, exist_ok=True)
state = os.path.join(folder, "state.json")
def save(step):
    with open(os.path.join(folder, "new"), "w") as f: json.dump({"step": step}, f)
    os.replace(os.path.join(folder, "new"), state)
step, last = 0, 4500
if os.path.exists(state):
    with open(state) as f: step = json.load(f)["step"]
    last = step + 10
    print("resumed at step %d" % step, flush=True)
while step < last:
    step += 1
    print("step %d" % step, flush=True)
    with open(os.environ["TRAINCTL_METRICS"], "a") as f: f.write(json.dumps({"step": step}) + "\\n")
    if told:
        save(step)
        print("saved at step %d" % step, flush=True)
        sys.exit(143)
    if step % 5 == 0: save(step)
    time.sleep(0.2)
os.makedirs("outputs", exist_ok=True)
with open("outputs/steps.json", "w") as f: json.dump({"steps": step}, f)
`;

/** The number in the one line of a log that says so. */
function stepOf(log: string, words: 'resumed' | 'saved'): number {
  const found = [...log.matchAll(new RegExp(`^${words} at step (\\d+)$`, 'gm'))].map(([, number]) => Number(number));
  expectEqual(`lines "${words} at step …" in the log`, found.length, 1);
  return found[0] ?? 0;
}

/** The steps that a log tells of, in its order. */
const stepsOf = (log: string): number[] => [...log.matchAll(/^step (\d+)$/gm)].map(([, number]) => Number(number));

const counted = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);

const firstAttempt = (view: RunView) => expectThere('its first attempt', view.attempts[0], view.attempts);

/** The step of the newest whole checkpoint of the first attempt. */
async function newestStep({ client, settings }: ScenarioContext, run: RunHandle): Promise<number | undefined> {
  const place = { prefix: settings.prefix, runKey: run.runKey, attempts: 1 };
  const steps = (await listCheckpoints(client.objects, place))
    .filter(({ state }) => state === 'whole')
    .flatMap(({ step: at }) => (typeof at === 'number' ? [at] : []));
  return steps.length > 0 ? Math.max(...steps) : undefined;
}

/** What holds of every run that went on elsewhere, however it lost its first instance. */
async function wentOn(context: ScenarioContext, run: RunHandle, from: number): Promise<RunResult> {
  const result = await endsAs(context, run, 'succeeded');
  expectEqual('its attempts', result.attemptCount, 2);
  expectEqual('its interruptions', result.interruptions, 1);
  expectEqual('the step that it resumed from', result.resumedFromStep, from);
  const view = await run.status();
  expectEqual('how its first attempt ended', firstAttempt(view).ended, 'interrupted');
  const [one, two] = view.attempts.map(({ instanceId }) => instanceId);
  expectThat('its second attempt had another instance', two !== undefined && one !== two, [one, two]);
  const log = await textOf(run, 'log', 2);
  expectEqual('the step that the training itself resumed from', stepOf(log, 'resumed'), from);
  expectEqual('the steps of its second attempt', stepsOf(log), counted(from + 1, from + 10));
  const output = JSON.parse((await outputOf(context, run, 'steps.json')).toString('utf8')) as unknown;
  expectEqual('steps.json', output, { steps: from + 10 });
  return result;
}

/** From the order to the end of the instance; of one action, whatever it acts on. */
const FIS_MINUTES = 2;
/** Of AWS's page of prices, for an action, everywhere but in GovCloud ($0.12). */
const FIS_USD_A_MINUTE = 0.1;

export const spotInterruption = scenario({
  name: 'spot-interruption',
  shows:
    'a run that EC2 takes the instance from, with notice and without, goes on elsewhere and loses what it must, no more',
  creates: ['2 spot instances at once', '2 more in their place'],
  minutes: 12,
  instanceHours: 0.4,
  extraUsd: FIS_MINUTES * FIS_USD_A_MINUTE,
  needs: async ({ settings }) =>
    settings.fisRole === undefined
      ? 'settings name no role for AWS FIS, which makes the notice: fis.role (docs/run-on-aws.md, "The suite")'
      : undefined,
  undo: removeInterruptions,
  steps(context) {
    let noticed: RunHandle;
    let lost: RunHandle;
    let taken = '';
    const start = async (dir: string) =>
      context.start(dir, {
        command: ['python3', 'train.py'],
        checkpoints: { every: '1s', grace: '60s' },
        resources: { market: 'spot' },
      });
    return [
      step('starts two runs on spot instances', async () => {
        const dir = await context.project({ 'train.py': TRAIN });
        [noticed, lost] = await Promise.all([start(dir), start(dir)]);
        await Promise.all([instanceOf(context, noticed), instanceOf(context, lost)]);
      }),
      step('both train, and have a checkpoint in S3', async () => {
        for (const run of [noticed, lost]) {
          await untilLogged(context, run, 'step 11\n');
          await context.clock.until(`a whole checkpoint of ${run.run}`, () => newestStep(context, run));
        }
      }),
      step('EC2 gives one of the instances its notice', async () => {
        taken = await instanceOf(context, noticed);
        await context.interrupt(taken);
      }),
      step('the other instance is gone without notice', async () => {
        const id = await instanceOf(context, lost);
        await context.ec2.terminateInstances([id]);
      }),
      step('after the notice the training saved its last step, and trained no more', async () => {
        const log = await untilLogged(context, noticed, 'saved at step ');
        expectEqual('the steps of its first attempt', stepsOf(log), counted(1, stepOf(log, 'saved')));
      }),
      step('it goes on in another instance, from that very step, to its end', async () => {
        const saved = stepOf(await textOf(noticed), 'saved');
        await wentOn(context, noticed, saved);
        const { reason } = firstAttempt(await noticed.status());
        expectThat('the reason of its first attempt tells of EC2’s notice', /notice|spot/i.test(reason ?? ''), reason);
      }),
      step('without notice it goes on from the last checkpoint that was whole', async () => {
        const newest = await context.clock.until('its last checkpoint', () => newestStep(context, lost));
        await wentOn(context, lost, newest);
        const { reason } = firstAttempt(await lost.status());
        expectThat(
          'the reason of its first attempt names EC2’s',
          /Client\.UserInitiatedShutdown/.test(reason ?? ''),
          reason,
        );
      }),
      step('all instances, disks and spot requests are gone', async () => {
        await expectGone(context, noticed);
        await expectGone(context, lost);
      }),
    ];
  },
});
