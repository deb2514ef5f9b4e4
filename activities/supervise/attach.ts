import { AgentError, attachAgent, HostKeyMismatchError } from '../../adapters/ssh';
import { type AttachCommand, type AttachEvent, type Host, hostDir } from '../../contract';
import { withAgent } from '../host';
import { type ActivityDeps, messageOf } from '../step';

/** An agent speaks at least every 10 s; silence for this long is a dead connection, whatever TCP believes. Milliseconds. */
const SILENCE_MS = 25_000;

/** How one attachment ended. */
export type AttachEnd =
  /** The agent's last word was read. */
  | { kind: 'final' }
  /** Another attachment with a higher epoch serves the node now. */
  | { kind: 'superseded' }
  /** The host answers, but knows of no training of this attempt: it was rebooted, or its disk replaced. */
  | { kind: 'no-trace'; why: string }
  /** The connection could not be had, or ended. `wrongKey`: another machine answered, or one that pretends to be the host. */
  | { kind: 'cut'; why: string; wrongKey?: true };

export interface AttachOptions {
  host: Host;
  epoch: number;
  /** How long a new connection may take. */
  connectSeconds: number;
  /** Ends the attachment. */
  signal: AbortSignal;
  onEvent(event: AttachEvent): void;
  /** Called with a way to tell the agent something, once it has said hello; the signal ends with the attachment. */
  onHello(send: (command: AttachCommand) => void, attached: AbortSignal): void;
}

/**
 * Attaches once and reads the agent's lines until they end. Whatever can go wrong is an answer: also another host key, since
 * the address may have gone to another machine while the host trains on at a new one.
 */
export async function attachOnce(deps: ActivityDeps, options: AttachOptions): Promise<AttachEnd> {
  try {
    return await deps.sessions.use(
      options.host,
      async (session) => {
        const { runKey, attempt, node } = options.host.node;
        const args = { dir: hostDir(runKey, attempt, node), epoch: options.epoch };
        return await withAgent(deps, options.host, session, options.signal, async () =>
          read(await attachAgent(session, deps.agent.sha256, args), options),
        );
      },
      { signal: options.signal, connectTimeoutSeconds: options.connectSeconds },
    );
  } catch (error) {
    if (error instanceof HostKeyMismatchError) return { kind: 'cut', why: error.message, wrongKey: true };
    if (error instanceof AgentError && knowsOfNoTraining(error)) return { kind: 'no-trace', why: error.message };
    return { kind: 'cut', why: messageOf(error) };
  }
}

/** `attach` answers in events; an error before its first one comes as the tail of an agent that ended without an answer. */
function knowsOfNoTraining(error: AgentError): boolean {
  return error.code === 'not-started' || /"code":\s*"not-started"/.test(error.tail);
}

type Agent = Awaited<ReturnType<typeof attachAgent>>;

async function read(agent: Agent, options: AttachOptions): Promise<AttachEnd> {
  const attached = new AbortController();
  let silent = false;
  const hush = (): void => {
    silent = true;
    agent.close();
  };
  let silence = setTimeout(hush, SILENCE_MS);
  const onAbort = (): void => agent.close();
  options.signal.addEventListener('abort', onAbort, { once: true });
  if (options.signal.aborted) onAbort();
  try {
    for await (const event of agent.events) {
      clearTimeout(silence);
      silence = setTimeout(hush, SILENCE_MS);
      options.onEvent(event);
      if (event.t === 'superseded') return { kind: 'superseded' };
      if (event.t === 'final' || (event.t === 'hello' && event.final)) return { kind: 'final' };
      if (event.t === 'hello') options.onHello((command) => agent.send(command), attached.signal);
    }
    return { kind: 'cut', why: silent ? `no word for ${SILENCE_MS / 1000} s` : 'the attachment ended' };
  } catch (error) {
    if (silent) return { kind: 'cut', why: `no word for ${SILENCE_MS / 1000} s` };
    throw error;
  } finally {
    clearTimeout(silence);
    options.signal.removeEventListener('abort', onAbort);
    attached.abort();
    agent.close();
  }
}
