import { callAgent } from '../../adapters/ssh';
import type { AgentAnswers, AgentProgress, CalledVerb, HostLease } from '../../contract';
import type { ActivityDeps } from '../step';
import { whileRenewing } from './lease';
import { type HostCall, onSession } from './session';
import { withAgent } from './with-agent';

export interface AgentCall<V extends CalledVerb> extends HostCall {
  verb: V;
  request: object;
  /** Renewed while the verb works. */
  lease?: HostLease | undefined;
}

/** Calls one verb of the agent on a host. Throws as {@link onSession}. */
export function askAgent<V extends CalledVerb>(deps: ActivityDeps, call: AgentCall<V>): Promise<AgentAnswers[V]> {
  return onSession(deps, call, (session, signal) =>
    whileRenewing(session, call.lease, deps.log, () =>
      withAgent(deps, call.host, session, signal, () =>
        callAgent(session, deps.agent.sha256, call.verb, call.request, {
          signal,
          onProgress: (progress) => call.beat?.say(progressInWords(progress)),
        }),
      ),
    ),
  );
}

function progressInWords({ message, done, total }: Omit<AgentProgress, 't'>): string {
  return done !== undefined && total ? `${message} (${Math.floor((100 * done) / total)} %)` : message;
}
