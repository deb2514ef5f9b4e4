import { type AgentVerb, agentPath } from '../../contract';
import { AgentNotWholeError } from './errors';
import { quote } from './quote';
import type { HostSession } from './types';

/** The agent as it is placed on hosts. `sha256`: of the source, hex. */
export interface AgentFile {
  source: Buffer;
  sha256: string;
}

/** Exit codes of the comparison, which the agent itself never has. */
const ABSENT = 97;
const DIFFERS = 98;

/**
 * The hash of the file `$f`, as `$s`. `command -p` finds the system's own tool, whatever PATH says; where it has none, python3 must do.
 * Empty where it cannot be read: who has no python3 is told so (127), to others the file is placed anew, as one that is not there.
 */
const HASHED =
  `s=$({ command -p sha256sum || python3 -I -c 'import hashlib, sys; ` +
  `print(hashlib.sha256(sys.stdin.buffer.read()).hexdigest())'; } < "$f" 2> /dev/null)`;

const compared = (sha256: string): string =>
  `f=${quote(agentPath(sha256))}; [ -f "$f" ] || exit ${ABSENT}; ${HASHED}; ` +
  `[ -n "$s" ] || { command -v python3 > /dev/null && exit ${ABSENT}; exit 127; }; ` +
  `[ "\${s%% *}" = ${sha256} ] || exit ${DIFFERS}`;

/**
 * How a host runs the agent: its own python3, unbuffered, from the login user's home. What lies in the agent's place is compared before,
 * by hash and in the same command: the training code can write there.
 */
export const agentCommand = (sha256: string, verb: AgentVerb, ...args: string[]): string =>
  `${compared(sha256)}; ${['exec python3 -u', quote(agentPath(sha256)), verb, ...args.map(quote)].join(' ')}`;

/** What the exit code of {@link agentCommand} says of the file; undefined: it is the agent. */
export function notWhole(code: number | null, session: HostSession): AgentNotWholeError | undefined {
  if (code !== ABSENT && code !== DIFFERS) return undefined;
  return new AgentNotWholeError(session.target.address, code === DIFFERS);
}

/** Puts the agent in its place unless it is there, whole; answers whether it had to. */
export async function placeAgent(
  session: HostSession,
  agent: AgentFile,
  options: { signal?: AbortSignal } = {},
): Promise<boolean> {
  const there = await session.exec(compared(agent.sha256), options);
  if (there.code === 0) return false;
  await session.putFile(agent.source, agentPath(agent.sha256), 0o700, options);
  return true;
}
