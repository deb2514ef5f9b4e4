import path from 'node:path';
import { Context } from '@temporalio/activity';
import { Client } from '@temporalio/client';
import { DefaultLogger, makeTelemetryFilterString, Runtime, Worker } from '@temporalio/worker';
import { createActivities, createDeps, createNotifyActivities, createReconcileActivities } from '../../../activities';
import { type HostEvent, MESSAGES, queuesOf, type RunRef, type Settings, SUITE_MESSAGES } from '../../../contract';
import { SuiteRunner } from '../../../e2e/scenarios';
import { readAgent } from '../../../worker/files';
import { mainWorker, superviseWorker, type WorkerParts } from '../../../worker/options';
import { createSuiteActivities, pauseAfterFailures } from '../../../worker/suite';
import { connectTemporal } from '../../../worker/temporal/connect';
import { namespaceId } from '../../../worker/temporal/namespace';
import { runsOf } from '../../../worker/temporal/runs';
import { ensureSearchAttributes } from '../../../worker/temporal/search-attributes';
import { agentFile } from '../../support/agent-file';
import { type FaultDesk, faultInjecting } from './faults';
import type { FromWorker, ToWorker, WorkerSetup } from './protocol';
import { settingsOf } from './settings';
import { MATRIX_SCENARIO } from './suite';

/**
 * The worker under test, a process of its own: the product's activities and worker options, real deps, and between Temporal
 * and the activities the faults that the runner asks for.
 */
async function main(): Promise<void> {
  // The runner is gone: nobody would end this one.
  process.once('disconnect', () => process.exit(0));
  const setup = await new Promise<WorkerSetup>((resolve) => {
    process.on('message', (message: ToWorker) => {
      if (message.t === 'setup') resolve(message);
    });
  });
  Runtime.install({
    logger: new DefaultLogger('ERROR', ({ level, message, meta }) => console.error(level, message, meta)),
    telemetryOptions: { logging: { filter: makeTelemetryFilterString({ core: 'ERROR' }) } },
  });
  const settings = settingsOf(setup.cloud, setup.temporal, setup.webhook);
  const { namespace } = settings.temporal;
  const connection = await connectTemporal(settings.temporal);
  await ensureSearchAttributes(connection, namespace);
  const client = new Client({ connection, namespace });
  const deps = await depsOf(setup, settings, await namespaceId(connection, namespace), client);
  const desk = runnersDesk();
  const parts: WorkerParts = {
    connection,
    namespace,
    queues: queuesOf(settings.installation),
    activities: faultInjecting(createActivities(deps), desk),
    reconcile: faultInjecting(createReconcileActivities(deps, runsOf(client)), desk),
    notify: faultInjecting(createNotifyActivities(deps), desk),
    suite: faultInjecting(
      createSuiteActivities({
        ...deps,
        failed: pauseAfterFailures(client),
        runner: new SuiteRunner([MATRIX_SCENARIO], settings, client, deps.store, deps.ec2),
        tell: ({ workflowId, runId }, news) =>
          client.workflow.getHandle(workflowId, runId).signal(SUITE_MESSAGES.step, news),
        tellWait: ({ workflowId, runId }, news) =>
          client.workflow.getHandle(workflowId, runId).signal(SUITE_MESSAGES.waits, news),
      }),
      desk,
    ),
    workflows: { workflowBundle: { codePath: setup.bundle } },
  };
  const workers = [
    // A killed worker holds the next workflow task until this has passed: 10 s by default.
    await Worker.create({ ...mainWorker(parts), stickyQueueScheduleToStartTimeout: '2s' }),
    await Worker.create(superviseWorker(parts)),
  ];
  const running = Promise.all(workers.map((worker) => worker.run()));
  say({ t: 'ready' });
  await running;
}

async function depsOf(setup: WorkerSetup, settings: Settings, id: string, client: Client) {
  const quiet = (): void => undefined;
  return createDeps({
    settings,
    secret: Buffer.from(setup.secret, 'hex'),
    namespaceId: id,
    agent: await readAgent(path.resolve(agentFile(), '../..')),
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    // Each below the quick timeout of its activity, as in production.
    timing: { visibilitySeconds: 5, undoWaitSeconds: 4, launchWithinSeconds: 6 },
    signalRun: async (run: RunRef, event: HostEvent) => {
      const { workflowExecution } = Context.current().info;
      await client.workflow.getHandle(run.workflowId, workflowExecution?.runId).signal(MESSAGES.hostEvent, event);
    },
  });
}

/** The runner, asked over the channel that it has opened. */
function runnersDesk(): FaultDesk {
  let calls = 0;
  const asked = new Map<number, (message: ToWorker) => void>();
  process.on('message', (message: ToWorker) => {
    if (message.t === 'setup') return;
    asked.get(message.call)?.(message);
    asked.delete(message.call);
  });
  const question = (message: (call: number) => FromWorker): Promise<ToWorker> =>
    new Promise((resolve) => {
      calls += 1;
      asked.set(calls, resolve);
      say(message(calls));
    });
  return {
    async ask(subject, activity) {
      const answer = await question((call) => ({ t: 'ask', call, subject, activity }));
      return answer.t === 'answer' ? answer.fault : null;
    },
    async lost(subject) {
      await question((call) => ({ t: 'lost', call, subject }));
    },
  };
}

function say(message: FromWorker): void {
  process.send?.(message);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
