import type { RunHandle } from '../../client';
import { type LimitsNow, MESSAGES, type Outcome } from '../../contract';
import { expectEqual, expectThat, expectThere } from './checks';
import { CHEAPEST } from './frame';
import { endsAs, expectGone, instanceOf, outputOf, textOf, untilLogged, untilTrains } from './looks';
import { type ScenarioContext, scenario, step, type UndoContext } from './scenario';
import { removeSchedule, scheduleByHand, startByHand, triggerByHand } from './support/by-hand';

/** Trains until it is told to end; then it saves, says so, and leaves an output. */
const UNTIL_TOLD = `import os, signal, sys, time
told = []
signal.signal(signal.SIGTERM, lambda *_: told.append(1))
print("begun", flush=True)
while not told:
    time.sleep(0.2)
save = os.path.join(os.environ["TRAINCTL_CHECKPOINT_DIR"], "last")
with open(save + ".part", "w") as file:
    file.write("saved")
os.rename(save + ".part", save)
with open(os.path.join(os.environ["TRAINCTL_OUTPUTS"], "ended.txt"), "w") as file:
    file.write("in order")
print("told to end", flush=True)
sys.exit(143)
`;

const HELLO = 'print("hello from a Schedule", flush=True)';

/** Dollars of the spec, and what is added. */
const COST_USD = 0.25;

const scheduleId = ({ tag, name }: Pick<UndoContext, 'tag' | 'name'>): string => `${tag}.${name}`;

/** As somebody types it: units in words, nothing that is not needed. */
const document = ({ tag }: Pick<UndoContext, 'tag'>, program: string): string =>
  JSON.stringify({
    project: tag,
    command: ['python3', '-c', program],
    resources: { instanceTypes: [CHEAPEST], market: 'spot-then-on-demand', disk: '10GiB' },
    limits: { maxDuration: '30m', capacityWait: '10m', maxCostUsd: COST_USD },
    checkpoints: { grace: '20s' },
  });

/** An end in order, asked for by whatever means: last checkpoint, outputs, and Temporal's word for it. */
async function expectInOrder(context: ScenarioContext, run: RunHandle): Promise<void> {
  await endsAs(context, run, 'cancelled' satisfies Outcome);
  const { status } = await context.temporal.workflow.getHandle(run.run).describe();
  expectEqual(`how Temporal shows ${run.run}`, status.name, 'CANCELLED');
  const log = await textOf(run);
  expectThat('the training was told to end, and ended by itself', log.includes('told to end'), log);
  const { lastCheckpoint } = await run.status();
  const checkpoint = expectThere('a last checkpoint', lastCheckpoint);
  expectThat('its manifest is in S3', (await context.objects.head(checkpoint.key)) !== undefined, checkpoint);
  expectEqual('its output', (await outputOf(context, run, 'ended.txt')).toString(), 'in order');
  await expectGone(context, run);
}

export const operator = scenario({
  name: 'operator',
  shows: 'runs that are started and steered from Temporal alone: by its CLI’s calls and by a Schedule, with plain JSON',
  creates: ['4 instances at once', '1 Schedule, paused and triggered once'],
  minutes: 10,
  instanceHours: 0.3,
  steps(context) {
    const { client, clock, ec2, temporal } = context;
    let [stopped, cancelled, terminated]: RunHandle[] = [];

    const byHand = async (): Promise<RunHandle> => {
      const id = context.runId();
      await startByHand(context, id, document(context, UNTIL_TOLD));
      const run = await client.get(id);
      context.took(run);
      return run;
    };
    const of = (run: RunHandle | undefined): RunHandle => expectThere('a run that was started', run);
    const handle = (run: RunHandle | undefined) => temporal.workflow.getHandle(of(run).run);

    return [
      step('runs are started by the calls of the temporal CLI with plain JSON, and train', async () => {
        [stopped, cancelled, terminated] = [await byHand(), await byHand(), await byHand()];
        await Promise.all(
          [stopped, cancelled, terminated].map(async (run) => {
            await untilTrains(context, run);
            await untilLogged(context, run, 'begun\n');
          }),
        );
      }),
      step('a Schedule with plain JSON starts one, which ends well and is found by its id', async () => {
        const id = scheduleId(context);
        const json = document(context, HELLO);
        await scheduleByHand(context, id, { cron: '0 3 * * *', workflowId: context.runId(), json });
        await triggerByHand(context, id);
        const started = await clock.until('the Schedule has started a run', async () => {
          const { recentActions } = (await temporal.schedule.getHandle(id).describe()).info;
          return recentActions[0]?.action.workflow.workflowId;
        });
        const run = await client.get(started);
        context.took(run);
        await endsAs(context, run, 'succeeded');
        expectThat('the id is the Schedule’s, with the time', /:\d\d:/.test(run.run), run.run);
        expectEqual('its log', await textOf(run), 'hello from a Schedule\n');
        expectEqual('the Schedule that it says it is of', (await run.status()).schedule, id);
        await expectGone(context, run);
      }),
      step('one is extended: its deadline and its budget move by what was added', async () => {
        const before = await of(stopped).status();
        const now = await handle(stopped).executeUpdate<LimitsNow, [unknown]>(MESSAGES.extend, {
          args: [{ duration: '1h', costUsd: 1 }],
        });
        const moved = Date.parse(now.deadlineAt ?? '') - Date.parse(before.deadlineAt ?? '');
        expectEqual('minutes that the deadline moved', moved / 60_000, 60);
        expectEqual('the budget', now.maxCostUsd, COST_USD + 1);
        const { deadlineAt, maxCostUsd } = await of(stopped).status();
        expectEqual('what the status says', { deadlineAt, maxCostUsd }, now);
      }),
      step('one is stopped by a signal: it saves, hands in its outputs, and is Canceled', async () => {
        await handle(stopped).signal(MESSAGES.stop, { mode: 'graceful' });
        await expectInOrder(context, of(stopped));
      }),
      step('one is cancelled by Temporal’s own cancel, and ends in the same order', async () => {
        await handle(cancelled).cancel();
        await expectInOrder(context, of(cancelled));
      }),
      step('one is terminated: nothing of it is alive in EC2 within 2 minutes, though no code of it runs', async () => {
        const run = of(terminated);
        const instance = await instanceOf(context, run);
        await handle(run).terminate('the end-to-end suite looks who finishes what this leaves');
        let seen = '';
        await clock.until(
          `${instance} is ended`,
          async () => {
            const [shown] = await ec2.describeInstances({ ids: [instance] });
            seen = shown?.state ?? 'unknown to EC2';
            return shown === undefined || shown.state === 'shutting-down' || shown.state === 'terminated';
          },
          { limitMinutes: 2, seen: () => `${instance}: ${seen}` },
        );
        const left = async (): Promise<string[]> => Object.values(await client.leftovers(run.runKey)).flat();
        await clock.until(`EC2 shows nothing alive of ${run.run}`, async () => (await left()).length === 0, {
          limitMinutes: 3,
          seen: left,
        });
      }),
      step('and its status says that it was cut off, and when its instance was gone', async () => {
        const run = of(terminated);
        const view = await clock.until(
          'the end of its instance is noted',
          async () => {
            const now = await run.status();
            return now.attempts[0]?.terminatedAt !== undefined && now;
          },
          { seen: () => run.status() },
        );
        expectEqual('how it ended', { cut: view.cut, phase: view.phase }, { cut: 'terminated', phase: 'ended' });
        expectEqual('what still costs money', view.stillCosts, undefined);
      }),
    ];
  },
  undo: (context) => removeSchedule(context, scheduleId(context)),
});
