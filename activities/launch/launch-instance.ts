import { activityInfo } from '@temporalio/activity';
import { awsErrorCode, awsErrorMessage, classify } from '../../adapters/aws';
import type { LaunchArgs, LaunchResult, TrainingActivities } from '../../contract';
import { type ActivityDeps, messageOf, passing } from '../step';
import { type Prepared, prepareLaunch, type Refused, refused } from './prepare';
import { LAUNCH_FAILURES, sendLaunch } from './send';
import { LaunchTries } from './tries';

/**
 * One launch call. Never cancelled, and never sent later than 45 s after this try was scheduled: when a try has timed out for
 * the workflow (60 s), no call of it can still begin.
 */
export function createLaunchInstance(deps: ActivityDeps): TrainingActivities['launchInstance'] {
  return async (args): Promise<LaunchResult> => {
    const tries = new LaunchTries();
    try {
      return await launch(args, tries);
    } catch (error) {
      throw tries.failed(error);
    }
  };

  async function launch(args: LaunchArgs, tries: LaunchTries): Promise<LaunchResult> {
    const ec2 = deps.ec2.in(args.placement.region);
    const prepared = await prepare(deps, args);
    if (prepared.kind === 'refused') return prepared;

    const age = (Date.now() - activityInfo().currentAttemptScheduledTimestampMs) / 1000;
    if (age > deps.timing.launchWithinSeconds) {
      throw passing(
        `not sent: the launch waited ${Math.round(age)} s for a worker, and may be sent for ${deps.timing.launchWithinSeconds} s`,
        LAUNCH_FAILURES.late,
      );
    }
    tries.sending();
    const answer = await sendLaunch(ec2, prepared.request);
    if ('kind' in answer) return answer;
    const { clientToken } = prepared.request;
    deps.log.info(
      { run: args.node.workflowId, attempt: args.node.attempt, instance: answer.id, clientToken },
      'launched',
    );
    return {
      kind: 'launched',
      instanceId: answer.id,
      clientToken,
      launchedAt: new Date(answer.launchedAt ?? Date.now()).toISOString(),
      hostKey: prepared.hostKey,
    };
  }
}

/** Nothing has been sent yet: whatever EC2 refuses here leaves nothing behind. */
async function prepare(deps: ActivityDeps, args: LaunchArgs): Promise<Prepared | Refused> {
  try {
    return await prepareLaunch(deps, args);
  } catch (error) {
    const code = awsErrorCode(error);
    if (code !== undefined && classify(error) === 'refusal') return refused(code, awsErrorMessage(error), 'fatal');
    throw passing(`not sent: preparing the launch failed (${messageOf(error)})`, LAUNCH_FAILURES.late);
  }
}
