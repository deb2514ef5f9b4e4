import { AgentNotWholeError, type HostSession, placeAgent } from '../../adapters/ssh';
import type { Host, HostEvent } from '../../contract';
import { type ActivityDeps, messageOf } from '../step';

/** Hosts whose run was told, by this worker: once each. */
const told = new WeakMap<ActivityDeps, Set<string>>();

/**
 * Runs `work`, which calls the agent on a host. Each call compares by hash what lies in the agent's place; where that is not this
 * worker's agent (a newer worker may carry another one, and training code can write there), the agent is put there and called once more.
 */
export async function withAgent<R>(
  deps: ActivityDeps,
  host: Host,
  session: HostSession,
  signal: AbortSignal,
  work: () => Promise<R>,
): Promise<R> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof AgentNotWholeError)) throw error;
    await placeAgent(session, deps.agent, { signal });
    if (error.differs) await warn(deps, host);
    return work();
  }
}

/** Nobody waits for the run to hear of it. */
async function warn(deps: ActivityDeps, { node: ref, instanceId }: Host): Promise<void> {
  const hosts = told.get(deps) ?? new Set();
  told.set(deps, hosts);
  deps.log.warn({ instance: instanceId }, 'another file lay in the place of the agent: put in place anew');
  if (hosts.has(instanceId)) return;
  hosts.add(instanceId);
  const { attempt, node } = ref;
  const message = `another file lay in the place of the agent on ${instanceId}: something that runs there has put it there. The agent was put in place anew; what its host says of attempt ${attempt} may be untrue`;
  // Without a place in the order of the attachment's own events: such a word is heard whenever it comes.
  const event: HostEvent = { attempt, node, epoch: 0, sequence: 0, event: { kind: 'warning', message } };
  await deps.signalRun(ref, event).catch((error: unknown) => {
    deps.log.warn({ error: messageOf(error) }, 'the run could not be told of it');
  });
}
