import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import {
  readScenarioProgress,
  type ScenarioProgress,
  type ScenarioRef,
  type ScenarioResult,
  UNDO_STEP,
  type WaitNews,
} from '../../contract';
import type { SuiteRunner } from '../../e2e/scenarios';
import { beating } from './beat';
import { type Tell, teller } from './tell';

/**
 * The steps of a scenario, heartbeaten as they end. A cancel ends the one that is under way, and the scenario takes away what it has
 * made; a worker that shuts down hands in what is known, and another one does that.
 */
export async function runSteps(
  runner: Pick<SuiteRunner, 'run'>,
  { suite, scenario, budgetUsd }: ScenarioRef & { budgetUsd: number },
  { tell, tellWait }: { tell: Tell; tellWait: Tell<WaitNews> },
): Promise<ScenarioResult> {
  const context = Context.current();
  const ender = new AbortController();
  let progress: ScenarioProgress = { steps: [], later: [], runs: [] };
  const told = teller(suite, tell);
  const waits = teller(suite, tellWait);
  const down = new Promise<never>((_, reject) => {
    context.cancellationSignal.addEventListener('abort', () => {
      const shutdown = context.cancellationDetails?.workerShutdown === true;
      const why = shutdown ? 'its worker was shut down' : 'the suite was cancelled';
      ender.abort(new Error(why));
      if (shutdown)
        reject(
          ApplicationFailure.create({ type: 'worker-shutdown', message: why, nonRetryable: true, details: [progress] }),
        );
    });
  });
  // Nobody may wait for it any more.
  down.catch(() => undefined);
  return beating(
    () =>
      Promise.race([
        down,
        runner.run(scenario, {
          tag: suite.tag,
          capUsd: budgetUsd,
          signal: ender.signal,
          onWait: (what, why) => void waits({ scenario, what, ...(why === undefined ? {} : { why }) }),
          onStep: ({ done, running, pending }) => {
            progress = bounded({
              steps: done,
              ...(running === undefined ? {} : { step: running }),
              later: pending.filter((name) => name !== UNDO_STEP),
              runs: [],
            });
            context.heartbeat(progress);
            void told({
              scenario,
              ...(running === undefined ? {} : { step: running }),
              steps: done.map(({ name, outcome, seconds }) => ({ name, outcome, seconds })),
            });
          },
        }),
      ]),
    () => progress,
  );
}

const bounded = (progress: ScenarioProgress): ScenarioProgress =>
  readScenarioProgress(progress) ?? { steps: [], later: [], runs: [] };
