import { type AgentAnswer, type AgentProgress, type AgentVerb, agentPath } from '../../contract';
import { AgentError } from './errors';
import { quote } from './quote';
import type { HostSession } from './types';

/** How a host runs the agent: its own python3, unbuffered, from the login user's home. */
export const agentCommand = (sha256: string, verb: AgentVerb, ...args: string[]): string =>
  ['exec python3 -u', quote(agentPath(sha256)), verb, ...args.map(quote)].join(' ');

/** Puts the agent in its place unless it is there, whole; answers whether it had to. */
export async function placeAgent(
  session: HostSession,
  agent: { source: Buffer; sha256: string },
  options: { signal?: AbortSignal } = {},
): Promise<boolean> {
  const path = agentPath(agent.sha256);
  const there = await session.exec(`wc -c < ${quote(path)}`, options);
  if (there.code === 0 && Number(there.stdout.trim()) === agent.source.length) return false;
  await session.putFile(agent.source, path, 0o700, options);
  return true;
}

/**
 * One verb of the agent: the request on stdin, so that no secret is in a process list; progress and the answer as lines.
 * @throws AgentError with the agent's code, or `internal` when it ended without an answer; ConnectionLostError
 */
export async function callAgent<R>(
  session: HostSession,
  agentSha256: string,
  verb: AgentVerb,
  request: object,
  options: { signal?: AbortSignal; onProgress?: (progress: AgentProgress) => void } = {},
): Promise<R> {
  let answer: AgentAnswer<R> | undefined;
  const strange: string[] = [];
  const ended = await session.exec(agentCommand(agentSha256, verb), {
    stdin: JSON.stringify(request),
    ...(options.signal ? { signal: options.signal } : {}),
    onLine: (line) => {
      const message = parseLine<AgentProgress | AgentAnswer<R>>(line);
      if (message?.t === 'progress') options.onProgress?.(message);
      else if (message?.t === 'result' || message?.t === 'error') answer = message;
      else if (strange.push(line.slice(0, 500)) > 20) strange.shift();
    },
  });
  if (answer?.t === 'result') return answer.result;
  if (answer?.t === 'error') throw new AgentError(answer.code, answer.message, answer.tail ?? '');
  throw noAnswer(verb, ended, strange);
}

/** One line of the agent's; undefined for anything else, such as what a login script prints. */
export function parseLine<T extends { t: string }>(line: string): T | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const value = JSON.parse(line) as T;
    return typeof value.t === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}

/** 126 and 127 are the shell's: python3 cannot be run. */
export function noAnswer(
  verb: AgentVerb,
  ended: { code: number | null; signal?: string; stderr: string },
  strange: string[] = [],
): AgentError {
  const tail = `${strange.join('\n')}\n${ended.stderr}`.trim().slice(-2000);
  if (ended.code === 127 || ended.code === 126) {
    return new AgentError(
      'command-not-found',
      'the host has no python3, which trainctl needs: use an image with Python 3.8 or newer',
      tail,
    );
  }
  const how = ended.signal ? `signal ${ended.signal}` : `code ${ended.code ?? 'unknown'}`;
  return new AgentError('internal', `the agent ended without an answer to ${verb} (${how})`, tail);
}
