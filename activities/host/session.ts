import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { AgentError, HostKeyMismatchError, type HostSession } from '../../adapters/ssh';
import { type AgentErrorCode, FAILURES, type Host } from '../../contract';
import { redact, type SecretValues } from '../secrets';
import { type ActivityDeps, type Beat, instanceLost, messageOf, passing, userFailure } from '../step';
import { type InstanceWatcher, isLost, lossInWords } from '../watch';
import { hostNow } from './now';

/** Errors of the agent that come from the run's own code, data or requirements: a repeat gives the same. */
const OF_THE_USER: ReadonlySet<AgentErrorCode> = new Set([
  'bad-request',
  'corrupt',
  'hostile',
  'install-failed',
  'command-not-found',
  'disk-full',
  'refused',
]);

/** Something that is done on a host. */
export interface HostCall {
  host: Host;
  /** What is done, in a word. */
  verb: string;
  beat?: Beat;
  /** Values that may be part of what is sent; taken out of every message. */
  secrets?: SecretValues;
  /** Put before what the agent says, such as `installing requirements failed`. */
  what?: string;
}

/**
 * Work on a host's session, over the pooled connection; ends with the activity, and as soon as EC2 shows the instance lost. A
 * connection that fails, or an install that is ended, is the first that is known of a host that dies: EC2 is asked before
 * anything else is said of it.
 * @throws `failed` (non-retryable) when the run's own doing is at fault; `instance-lost` (non-retryable) when EC2 shows the
 * instance stopped or gone, also in the middle of the call; `host-key-mismatch` (non-retryable); anything else retryably.
 */
export async function onSession<R>(
  deps: ActivityDeps,
  call: HostCall,
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
    if (!over.signal.aborted && !(error instanceof ApplicationFailure)) await throwIfLost(watcher, host, over.signal);
    throw translate(error, call);
  } finally {
    unwatch();
    call.beat?.signal.removeEventListener('abort', onCancel);
  }
}

/** For the question how EC2 shows an instance on which something has failed. Milliseconds. */
const ASK_MS = 5_000;

async function throwIfLost(watcher: InstanceWatcher, host: Host, signal: AbortSignal): Promise<void> {
  const within = AbortSignal.any([signal, AbortSignal.timeout(ASK_MS)]);
  const instance = await watcher.ask(host.instanceId, within).catch(() => undefined);
  if (instance && isLost(instance)) throw instanceLost(lossInWords(host, instance), instance.stateReason?.code);
}

/** What an error of a call means to Temporal. */
function translate(error: unknown, call: HostCall): Error {
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
