import path from 'node:path';
import { ApplicationFailure, Context } from '@temporalio/activity';
import { DefaultLogger, makeTelemetryFilterString, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { TASK_QUEUES, type TrainingActivities } from '../../contract';
import { FakeWorld, fakeActivities, NO_SUITE } from '../../test/support/fake-world';
import { findWorkflows } from '../../worker/files';
import { mainWorker, superviseWorker, type WorkerParts } from '../../worker/options';
import { ensureSearchAttributes } from '../../worker/temporal/search-attributes';
import type { FromMemoryWorker, ToMemoryWorker } from './memory-hosts';

/** How often a host in memory is looked at when nothing happens to it. As seldom as may be: there are thousands. */
const LOOK_MS = 10_000;
const FOREVER = 30 * 86_400;

interface Run {
  world: FakeWorld;
  activities: TrainingActivities;
}

const runs = new Map<string, Run>();

/** The product's worker, options and built workflows, with activities over a small model of EC2 and hosts: one for each run. */
async function main(): Promise<void> {
  // Who has started it is gone: nobody would end this one.
  process.once('disconnect', () => process.exit(0));
  const address = await new Promise<string>((resolve) => {
    process.on('message', (message: ToMemoryWorker) => {
      if (message.t === 'setup') resolve(message.address);
      else say({ t: 'told', ...tally() });
    });
  });
  Runtime.install({
    logger: new DefaultLogger('ERROR', ({ level, message }) => console.error(level, message)),
    telemetryOptions: { logging: { filter: makeTelemetryFilterString({ core: 'ERROR' }) } },
  });
  const connection = await NativeConnection.connect({ address });
  const namespace = 'default';
  await ensureSearchAttributes(connection, namespace);
  const none = (): Promise<never> => Promise.reject(new Error('not with hosts in memory'));
  const parts: WorkerParts = {
    connection,
    namespace,
    queues: TASK_QUEUES,
    activities: dispatching(),
    reconcile: { surveyResources: none, endResources: none },
    notify: { postWebhook: none },
    suite: NO_SUITE,
    workflows: findWorkflows(path.resolve(__dirname, '../../dist')),
  };
  const workers = [await Worker.create(mainWorker(parts)), await Worker.create(superviseWorker(parts))];
  const running = Promise.all(workers.map((worker) => worker.run()));
  say({ t: 'ready' });
  await running;
}

function tally(): { alive: number; breaches: string[] } {
  const worlds = [...runs.values()].map(({ world }) => world);
  return {
    alive: worlds.reduce((all, world) => all + world.alive().length, 0),
    breaches: worlds.flatMap(({ breaches }) => breaches),
  };
}

function dispatching(): TrainingActivities {
  const names = Object.keys(fakeActivities(new FakeWorld('real'))) as (keyof TrainingActivities)[];
  const calls = names.map((name) => [
    name,
    (args: never) => runOf(Context.current().info.workflowExecution?.workflowId ?? '').activities[name](args),
  ]);
  return Object.fromEntries(calls) as TrainingActivities;
}

function runOf(id: string): Run {
  const known = runs.get(id);
  if (known) return known;
  const world = new FakeWorld('real');
  world.scripts = { 0: { seconds: FOREVER } };
  const run = { world, activities: { ...fakeActivities(world), ...seldomLooking(world) } };
  runs.set(id, run);
  return run;
}

/** The two steps that are open for as long as a run trains, woken when something happens and not five times a second. */
function seldomLooking(world: FakeWorld): Pick<TrainingActivities, 'supervise' | 'hearEc2'> {
  const instance = (id: string) => {
    const found = world.instances.find((one) => one.id === id);
    if (!found) throw ApplicationFailure.nonRetryable(`no such instance ${id}`);
    return found;
  };
  const change = async (): Promise<void> => {
    Context.current().heartbeat();
    await world.happens(LOOK_MS);
  };
  return {
    async supervise({ host }) {
      for (;;) {
        const result = instance(host.instanceId).result(Date.now());
        if (result) return result;
        await change();
      }
    },
    async hearEc2(args) {
      for (;;) {
        const word = instance(args.instanceId).word(args, Date.now());
        if (word) return word;
        await change();
      }
    },
  };
}

function say(message: FromMemoryWorker): void {
  process.send?.(message);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
