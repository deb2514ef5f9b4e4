import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import fc from 'fast-check';
import { MESSAGES, readHostEvent } from '../../contract';
import { ARGS, noStop, signalName } from '../workflows/support/hostile';

/** Whatever comes into somebody's head, sent to an open run, one message after another. */
export interface Pestering {
  seed: number;
  messages: number;
  /** Between two. Seconds. */
  every: number;
}

interface Message {
  how: 'signal' | 'update' | 'query';
  name: string;
  args: Payload[];
}

/** No server takes longer to answer what it takes at all. Milliseconds. */
const PATIENCE_MS = 5_000;

/** A notice that reads like a worker's is one: whoever may send it may also terminate the run. */
const isNotice = ([said]: Payload[]): boolean => {
  try {
    return said !== undefined && readHostEvent(defaultPayloadConverter.fromPayload(said))?.event.kind === 'notice';
  } catch {
    return false;
  }
};

const about = (name: fc.Arbitrary<string>, args: fc.Arbitrary<Payload[]>, ...hows: Message['how'][]) =>
  fc.record({ how: fc.constantFrom(...hows), name, args });

/** Nothing of it is a stop, so that nothing of it changes how a run may end. */
const message: fc.Arbitrary<Message> = fc.oneof(
  about(
    fc.constant(MESSAGES.hostEvent),
    ARGS.hostEvent.filter((args) => !isNotice(args)),
    'signal',
  ),
  about(fc.constant(MESSAGES.extend), ARGS.extend, 'signal', 'update'),
  about(fc.constant(MESSAGES.stop), noStop, 'signal', 'update'),
  about(fc.constantFrom(MESSAGES.takeCheckpoint, MESSAGES.release), ARGS.any, 'signal', 'update'),
  about(fc.constant(MESSAGES.status), ARGS.any, 'query'),
  about(signalName, ARGS.any, 'signal', 'update', 'query'),
);

/** Answers how many messages the server has taken. What it refuses has reached nobody. */
export async function pester(run: WorkflowHandle, plan: Pestering, over: AbortSignal): Promise<number> {
  let taken = 0;
  for (const one of fc.sample(message, { seed: plan.seed, numRuns: plan.messages })) {
    await sleep(plan.every * 1000, undefined, { signal: over }).catch(() => undefined);
    if (over.aborted) break;
    const { client } = run;
    taken += await client
      .withDeadline(Date.now() + PATIENCE_MS, () => send(run, one))
      .then(
        () => 1,
        () => 0,
      );
  }
  return taken;
}

/** As it is: the client would write it anew. */
function send({ client, workflowId }: WorkflowHandle, { how, name, args }: Message): Promise<unknown> {
  const common = { namespace: client.options.namespace, workflowExecution: { workflowId } };
  const payloads = { payloads: args };
  const service = client.workflowService;
  if (how === 'signal')
    return service.signalWorkflowExecution({
      ...common,
      signalName: name,
      input: payloads,
      requestId: crypto.randomUUID(),
    });
  if (how === 'query')
    return service.queryWorkflow({
      ...common,
      execution: { workflowId },
      query: { queryType: name, queryArgs: payloads },
    });
  return service.updateWorkflowExecution({
    ...common,
    // Of temporal.api.enums.v1.UpdateWorkflowExecutionLifecycleStage: whoever pesters does not wait for a worker.
    waitPolicy: { lifecycleStage: 1 },
    request: { meta: { updateId: crypto.randomUUID(), identity: 'soak' }, input: { name, args: payloads } },
  });
}
