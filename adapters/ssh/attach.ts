import { type AttachCommand, type AttachEvent, readAttachEvent } from '../../contract';
import { agentError, noAnswer, parseLine } from './agent';
import { agentCommand, notWhole } from './agent-file';
import { ConnectionLostError } from './errors';
import type { AttachedAgent, HostProcess, HostSession } from './types';

/**
 * Attaches to the agent of a started attempt. The higher epoch wins: an attachment that is not the newest gets `superseded`.
 * `dir` is what `hostDir` of the contract gives.
 */
export async function attachAgent(
  session: HostSession,
  agentSha256: string,
  args: { dir: string; epoch: number },
): Promise<AttachedAgent> {
  const command = agentCommand(agentSha256, 'attach', '--dir', args.dir, '--epoch', String(args.epoch));
  const process = await session.spawn(command);
  let open = true;
  let detached = false;
  void process.closed.then(() => {
    open = false;
  });
  process.stdin.on('error', () => {}); // the end of the channel says it all
  return {
    events: events(process, session, () => detached),
    send(command: AttachCommand): void {
      if (open) process.stdin.write(`${JSON.stringify(command)}\n`);
    },
    close(): void {
      detached = true;
      open = false;
      // End of input detaches in order; a host that does not answer is left behind.
      process.stdin.end();
      const timer = setTimeout(() => process.kill(), DETACH_MS);
      void process.closed.then(() => clearTimeout(timer));
    },
  };
}

const DETACH_MS = 2000;

async function* events(
  process: HostProcess,
  session: HostSession,
  detached: () => boolean,
): AsyncGenerator<AttachEvent> {
  const strange: string[] = [];
  for await (const line of process.lines) {
    const said = parseLine<{ t: string }>(line);
    if (said?.t === 'error') throw agentError(said);
    if (!said && strange.push(line.slice(0, 500)) > 20) strange.shift();
    // One of a newer agent may be none that is known here.
    const event = said && readAttachEvent(said);
    if (event) yield event;
  }
  const ended = await process.closed;
  if (ended.code === 0 || detached()) return;
  if (ended.code === null && ended.signal === undefined) {
    throw new ConnectionLostError(`the connection to ${session.target.address}:${session.target.port} ended`);
  }
  throw notWhole(ended.code, session) ?? noAnswer('attach', ended, strange);
}
