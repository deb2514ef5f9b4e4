import { callAgent, type HostSession, placeAgent } from '../../adapters/ssh';
import type { AgentProgress, AgentVerb, HostLease } from '../../contract';
import type { ActivityDeps } from '../step';
import { whileRenewing } from './lease';
import { type HostCall, onSession } from './session';

export interface AgentCall extends HostCall {
  verb: AgentVerb;
  request: object;
  /** Renewed while the verb works. */
  lease?: HostLease | undefined;
}

/** Calls one verb of the agent on a host. Throws as {@link onSession}. */
export function askAgent<R>(deps: ActivityDeps, call: AgentCall): Promise<R> {
  return onSession(deps, call, async (session, signal) => {
    await ensureAgent(deps, session, signal);
    return whileRenewing(session, call.lease, deps.log, () =>
      callAgent<R>(session, deps.agent.sha256, call.verb, call.request, {
        signal,
        onProgress: (progress) => call.beat?.say(progressInWords(progress)),
      }),
    );
  });
}

const placed = new WeakMap<HostSession, string>();

/** Puts this worker's agent on the host: a newer worker may carry another one than the worker that reached the host. */
export async function ensureAgent(deps: ActivityDeps, session: HostSession, signal?: AbortSignal): Promise<void> {
  if (placed.get(session) === deps.agent.sha256) return;
  await placeAgent(session, deps.agent, signal ? { signal } : {});
  placed.set(session, deps.agent.sha256);
}

function progressInWords({ message, done, total }: AgentProgress): string {
  return done !== undefined && total ? `${message} (${Math.floor((100 * done) / total)} %)` : message;
}
