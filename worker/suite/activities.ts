import { ApplicationFailure } from '@temporalio/common';
import type { ActivityDeps } from '../../activities';
import {
  checkSuiteOptions,
  readScenarioResult,
  type SuiteActivities,
  type SuiteRef,
  suiteTagOf,
  type WaitNews,
} from '../../contract';
import { deriveRunKey } from '../../contract/tokens';
import type { SuiteRunner } from '../../e2e/scenarios';
import { beating } from './beat';
import { type Concluding, concluded, concludingWords } from './conclude';
import type { OnFailure } from './failing-schedule';
import { reportPrefix, storeReport, storeResult } from './report';
import { runSteps } from './run-steps';
import { sayingWhy, type Tell, teller } from './tell';

export interface SuiteDeps
  extends Pick<ActivityDeps, 'settings' | 'store' | 'namespaceId' | 'installationKey' | 'log'> {
  runner: Pick<SuiteRunner, 'plans' | 'run' | 'undo' | 'leftovers'>;
  /** Tells workflows of a step. */
  tell: Tell;
  /** Tells them what is waited for. */
  tellWait: Tell<WaitNews>;
  /** A suite that a Schedule has started has failed. */
  failed: OnFailure;
}

/** The steps of the operator's suite, on one worker's connections. */
export function createSuiteActivities(deps: SuiteDeps): SuiteActivities {
  const { settings, runner } = deps;
  return {
    async planSuite({ input, workflowId, runId }) {
      const webhook = settings.webhook === undefined ? {} : { webhook: true as const };
      const plans = runner.plans();
      const { options, faults } = checkSuiteOptions(
        input,
        plans.map(({ name }) => name),
      );
      const suite = refOf(deps, workflowId, runId);
      if (faults.length > 0) return { kind: 'invalid', faults, suite, ...webhook };
      return {
        kind: 'ok',
        suite,
        options,
        scenarios: plans.filter(({ name }) => options.only.includes(name)),
        cloud: settings.cloud,
        region: settings.region,
        report: `s3://${settings.bucket}/${reportPrefix(settings.prefix, suite.tag)}`,
        ...linkOf(settings, workflowId, runId),
        ...webhook,
      };
    },

    async runScenario(args) {
      const result = await runSteps(runner, args, deps);
      await storeResult(deps, args.suite.tag, result);
      return (
        readScenarioResult(result) ??
        Promise.reject(ApplicationFailure.nonRetryable(`the result of ${args.scenario} cannot be read`))
      );
    },

    undoScenario({ suite, scenario }) {
      const say = teller(suite, deps.tellWait);
      const of = { scenario, what: 'what it has made is taken away' };
      return beating(() =>
        sayingWhy(say, of, async () => {
          const onWait = (what: string, why?: string): void =>
            void say({ scenario, what, ...(why === undefined ? {} : { why }) });
          const { runs, costUsd, leftovers, failures } = await runner.undo(scenario, suite.tag, onWait);
          const left = [...failures, ...(leftovers.length > 0 ? [`left: ${leftovers.slice(0, 20).join(', ')}`] : [])];
          // Temporal asks again.
          if (left.length > 0)
            throw ApplicationFailure.create({ type: 'cleanup-pending', message: left.join('; ').slice(0, 1500) });
          return { runs, costUsd, leftovers: [] };
        }),
      );
    },

    countSuiteLeftovers({ suite }) {
      const look = async () => ({ leftovers: (await runner.leftovers(suite.tag)).slice(0, 50) });
      const what = 'EC2, S3 and Temporal are asked what is left of the suite';
      return beating(() => sayingWhy(teller(suite, deps.tellWait), { what }, look));
    },

    concludeSuite({ suite, result, schedule, reason = result?.reason ?? result?.outcome ?? 'unknown' }) {
      const work: Concluding = {
        ...(schedule === undefined ? {} : { schedule }),
        tell: (one) => deps.failed(one, { suite, reason }),
        ...(result === undefined ? {} : { store: () => storeReport(deps, suite.tag, result) }),
      };
      const what = concludingWords(work);
      return beating(() => sayingWhy(teller(suite, deps.tellWait), { what }, () => concluded(work)));
    },
  };
}

function refOf({ settings, namespaceId, installationKey }: SuiteDeps, workflowId: string, runId: string): SuiteRef {
  const suiteKey = deriveRunKey(workflowId, runId);
  return {
    workflowId,
    runId,
    suiteKey,
    tag: suiteTagOf(suiteKey),
    installation: settings.installation,
    namespaceId,
    ...(installationKey === undefined ? {} : { installationKey }),
  };
}

/** The suite's page in the Temporal UI. */
function linkOf(
  { temporal: { uiUrl, namespace } }: SuiteDeps['settings'],
  workflowId: string,
  runId: string,
): { link?: string } {
  if (!uiUrl) return {};
  const at = `${encodeURIComponent(workflowId)}/${encodeURIComponent(runId)}`;
  return { link: `${uiUrl.replace(/\/$/, '')}/namespaces/${namespace}/workflows/${at}` };
}
