import {
  type AgentAnswers,
  type AgentProgress,
  type AgentVerb,
  type CalledVerb,
  isModest,
  readAgentError,
  readAnswer,
  readProgress,
} from '../../contract';
import { agentCommand, notWhole } from './agent-file';
import { AgentError } from './errors';
import type { HostSession } from './types';

/**
 * One verb of the agent: the request on stdin, so that no secret is in a process list; progress and the answer as lines. What the
 * host says is read here, and bounded.
 * @throws AgentNotWholeError; AgentError with the agent's code, or `internal` when it ended without an answer that can be read; ConnectionLostError
 */
export async function callAgent<V extends CalledVerb>(
  session: HostSession,
  agentSha256: string,
  verb: V,
  request: object,
  options: { signal?: AbortSignal; onProgress?: (progress: Omit<AgentProgress, 't'>) => void } = {},
): Promise<AgentAnswers[V]> {
  let answer: { t: 'result'; result?: unknown } | { t: 'error' } | undefined;
  const strange: string[] = [];
  const ended = await session.exec(agentCommand(agentSha256, verb), {
    stdin: JSON.stringify(request),
    ...(options.signal ? { signal: options.signal } : {}),
    onLine: (line) => {
      const message = parseLine<{ t: 'progress' } | { t: 'result' } | { t: 'error' }>(line);
      const progress = message?.t === 'progress' ? readProgress(message) : undefined;
      if (progress) options.onProgress?.(progress);
      else if (message?.t === 'result' || message?.t === 'error') answer = message;
      else if (strange.push(line.slice(0, 500)) > 20) strange.shift();
    },
  });
  const strangeFile = answer ? undefined : notWhole(ended.code, session);
  if (strangeFile) throw strangeFile;
  if (answer?.t === 'error') throw agentError(answer);
  if (!answer) throw noAnswer(verb, ended, strange);
  const read = readAnswer(verb, answer.result);
  if (read !== undefined) return read;
  const said = isModest(answer.result, 500) ? JSON.stringify(answer.result) : undefined;
  throw new AgentError('internal', `the agent's answer to ${verb} could not be read`, said ?? '');
}

/** What the agent says went wrong. */
export function agentError(said: object): AgentError {
  const { code, message, tail } = readAgentError(said) ?? { code: 'internal', message: '', tail: '' };
  return new AgentError(code, message, tail);
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
