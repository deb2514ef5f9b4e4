import {
  awsErrorCode,
  awsErrorMessage,
  classify,
  type Ec2,
  type Instance,
  launchRefusal,
  type RunInstancesArgs,
} from '../../adapters/aws';
import { passing } from '../step';
import { isLost } from '../watch';
import { type Refused, refused } from './prepare';

/** Types of the failures that a launch throws: the first two say that nothing was launched. */
export const LAUNCH_FAILURES = {
  throttled: 'launch-throttled',
  late: 'launch-not-sent',
  unknown: 'launch-unknown',
} as const;

/**
 * Sends the call once. EC2's answers, also those that say no, are values. What leaves open whether an instance exists is
 * looked up by client token, and thrown (retryably) when that shows nothing: the repeat carries the same token, and so
 * either finds the instance or makes it.
 */
export async function sendLaunch(ec2: Ec2, request: RunInstancesArgs): Promise<Instance | Refused> {
  let instance: Instance | undefined;
  try {
    instance = await ec2.runInstances(request);
  } catch (error) {
    const code = awsErrorCode(error);
    const kind = classify(error);
    const words = `${code ?? 'no answer'}: ${awsErrorMessage(error)}`;
    if (kind === 'throttling') {
      throw passing(`EC2 throttled the launch; nothing was launched (${words})`, LAUNCH_FAILURES.throttled);
    }
    if (kind === 'refusal' && code !== undefined && code !== PARAMETER_MISMATCH) {
      return refused(code, awsErrorMessage(error), launchRefusal(code));
    }
    instance = await findByToken(ec2, request.clientToken);
    if (!instance) {
      throw passing(`the launch may or may not have taken effect (${words})`, LAUNCH_FAILURES.unknown);
    }
  }
  return isLost(instance) ? spent(instance) : instance;
}

/** The token is bound, to a call that differed: perhaps made by another version of trainctl. */
const PARAMETER_MISMATCH = 'IdempotentParameterMismatch';

/** Undefined also when EC2 does not answer: either way nothing is known. The living before the dead. */
async function findByToken(ec2: Ec2, token: string): Promise<Instance | undefined> {
  const found = await ec2.describeInstances({ clientTokens: [token] }).catch(() => []);
  return found.find((instance) => !isLost(instance)) ?? found[0];
}

/** The launch took effect, but its instance is over already. EC2 says why when it could not start it after all. */
function spent(instance: Instance): Refused {
  const reason = instance.stateReason;
  const known = reason ? launchRefusal(reason.code) : 'fatal';
  const kind = known === 'fatal' ? 'token-spent' : known;
  return refused(reason?.code ?? 'InstanceGone', `${instance.id} is ${instance.state}: ${reason?.message ?? ''}`, kind);
}
