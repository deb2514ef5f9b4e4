import { activityInfo } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { AgentError, callAgent, HostKeyMismatchError, type HostSession, placeAgent } from '../../adapters/ssh';
import { FAILURES, type Host, type ProbeResult, type TrainingActivities } from '../../contract';
import { type ActivityDeps, type Beat, messageOf, passing, userFailure, withHeartbeat } from '../step';
import { hostInWords } from './host-in-words';
import { LOGGED_IN, Reach } from './reach';

/**
 * From an accepted launch to a host that works: running, SSH with the key that it was given, the agent in its place, and what
 * the agent says of the machine.
 * @throws `instance-lost`, `unreachable` or `host-key-mismatch`, all non-retryable; `failed` when the image has no python3
 */
export function createAwaitReachable(deps: ActivityDeps): TrainingActivities['awaitReachable'] {
  return (args) =>
    withHeartbeat(async (beat) => {
      const { scheduledTimestampMs, heartbeatDetails } = activityInfo();
      const reach = new Reach(deps, args, beat, {
        // Of all tries together: a worker that dies in between does not grant the host more time.
        until: scheduledTimestampMs + args.startTimeoutSeconds * 1000,
        reached: String(heartbeatDetails?.progress ?? '').startsWith(LOGGED_IN),
      });
      try {
        const target = await reach.address();
        const probe = await reach.connect(target, (session) => greet(deps, session, reach.signal, beat));
        return { ...target, detail: hostInWords(probe) } satisfies Host;
      } catch (error) {
        throw translate(reach.over ?? error);
      } finally {
        reach.close();
      }
    });
}

async function greet(deps: ActivityDeps, session: HostSession, signal: AbortSignal, beat: Beat): Promise<ProbeResult> {
  beat.say(`${LOGGED_IN}, placing the agent`);
  await placeAgent(session, deps.agent, { signal });
  beat.say(`${LOGGED_IN}, asking what the host has`);
  return callAgent(session, deps.agent.sha256, 'probe', {}, { signal });
}

function translate(error: unknown): unknown {
  if (error instanceof HostKeyMismatchError) {
    return ApplicationFailure.create({
      message: error.message,
      type: FAILURES.hostKeyMismatch,
      nonRetryable: true,
    });
  }
  if (error instanceof AgentError) {
    return error.code === 'command-not-found'
      ? userFailure(error.message, error.tail)
      : passing(`the agent cannot work on the host: ${error.message}\n${error.tail}`, `agent-${error.code}`);
  }
  return error instanceof ApplicationFailure ? error : passing(messageOf(error), 'connection');
}
