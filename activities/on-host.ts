import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { AgentError, callAgent, HostKeyMismatchError, type HostSession, placeAgent } from '../adapters/ssh';
import {
  type AgentErrorCode,
  type AgentProgress,
  type AgentVerb,
  FAILURES,
  type Host,
  type HostLease,
} from '../contract';
import type { ActivityDeps } from './deps';
import { instanceLost, messageOf, passing, userFailure } from './failures';
import type { Beat } from './heartbeat';
import { whileRenewing } from './host-lease';
import { hostNow } from './host-now';
import { isLost, lossInWords } from './loss';
import { redact, type SecretValues } from './secrets';

/** Errors of the agent that come from the run's own code, data or requirements: a repeat gives the same. */
const OF_THE_USER: ReadonlySet<AgentErrorCode> = new Set([
  'bad-request',
  'corrupt',
  'hostile',
  'install-failed',
  'command-not-found',
  'disk-full',
]);

export interface AgentCall {
  host: Host;
  verb: AgentVerb;
  request: object;
  beat?: Beat;
  /** Values that may be part of `request`; taken out of every message. */
  secrets?: SecretValues;
  /** Put before what the agent says, such as `installing requirements failed`. */
  what?: string;
  /** Renewed while the verb works. */
  lease?: HostLease | undefined;
}

/**
 * Calls one verb of the agent on a host, over the pooled connection.
 * @throws `failed` (non-retryable) when the run's own doing is at fault; `instance-lost` (non-retryable) when EC2 shows the
 * instance stopped or gone, also in the middle of the call; `host-key-mismatch` (non-retryable); anything else retryably.
 */
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

/** Work on a host's session that ends with the activity, and as soon as EC2 shows the instance lost. Throws as {@link askAgent}. */
export async function onSession<R>(
  deps: ActivityDeps,
  call: Pick<AgentCall, 'host' | 'beat' | 'secrets' | 'what'> & { verb: string },
  work: (session: HostSession, signal: AbortSignal) => Promise<R>,
): Promise<R> {
  const { host } = call;
  const watcher = deps.watchers.in(host.region);
  const over = new AbortController();
  const onCancel = (): void => over.abort(call.beat?.signal.reason);
  call.beat?.signal.addEventListener('abort', onCancel, { once: true });
  if (call.beat?.signal.aborted) onCancel();
  const unwatch = watcher.onChange(host.instanceId, (instance) => {
    if (isLost(instance)) over.abort(instanceLost(lossInWords(host, instance), instance.stateReason?.code));
  });
  try {
    return await deps.sessions.use(hostNow(deps, host), (session) => work(session, over.signal), {
      signal: over.signal,
    });
  } catch (error) {
    if (over.signal.reason instanceof ApplicationFailure) throw over.signal.reason;
    throw translate(error, call);
  } finally {
    unwatch();
    call.beat?.signal.removeEventListener('abort', onCancel);
  }
}

const placed = new WeakMap<HostSession, string>();

/** Puts this worker's agent on the host: a newer worker may carry another one than the worker that reached the host. */
export async function ensureAgent(deps: ActivityDeps, session: HostSession, signal?: AbortSignal): Promise<void> {
  if (placed.get(session) === deps.agent.sha256) return;
  await placeAgent(session, deps.agent, signal ? { signal } : {});
  placed.set(session, deps.agent.sha256);
}

/** What an error of a call means to Temporal. */
function translate(error: unknown, call: Parameters<typeof onSession>[1]): Error {
  if (error instanceof CancelledFailure || error instanceof ApplicationFailure) return error;
  const clean = (text: string): string => redact(text, call.secrets ?? {});
  if (error instanceof AgentError) {
    const message = clean(call.what ? `${call.what}: ${error.message}` : error.message);
    // No cause: it holds the text before secrets were taken out.
    if (OF_THE_USER.has(error.code)) return userFailure(message, clean(error.tail));
    return passing(message, `agent-${error.code}`);
  }
  if (error instanceof HostKeyMismatchError) {
    return ApplicationFailure.create({
      message: error.message,
      type: FAILURES.hostKeyMismatch,
      nonRetryable: true,
      cause: error,
    });
  }
  return passing(clean(`${call.verb} on ${call.host.instanceId}: ${messageOf(error)}`), 'connection');
}

function progressInWords({ message, done, total }: AgentProgress): string {
  return done !== undefined && total ? `${message} (${Math.floor((100 * done) / total)} %)` : message;
}
