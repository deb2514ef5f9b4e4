import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import type { Logger } from 'pino';
import { GRPC } from '../../contract';
import { grpcCode } from './namespace';

/** Between two questions while Temporal does not answer: from the first, doubling, to the last. Milliseconds. */
const PAUSES_MS = { first: 250, longest: 2_000 };
/** Of the heartbeat timeout: for how long an answer is kept. The SDK tries for another ten seconds to hand it in. */
const KEPT = 0.75;
/** How long one question may take. Milliseconds. */
const ANSWER_MS = 5_000;

/** With these a server, or the way to it, says "not now": its database is away, it begins, it is busy or gone. */
const NOT_NOW = new Set<number | undefined>([
  GRPC.cancelled,
  GRPC.unknown,
  GRPC.deadlineExceeded,
  GRPC.resourceExhausted,
  GRPC.aborted,
  GRPC.internal,
  GRPC.unavailable,
]);

/**
 * Keeps the answer of a long step until Temporal can take it. The SDK tries for some seconds to hand an answer in and then drops it;
 * what the host said would be heard only when the heartbeat has been missed, and asked for anew. A worker that shuts down keeps nothing.
 *
 * @param ask one question that Temporal's database has to answer
 */
export function handedOn(
  ask: (execution: { workflowId: string; runId: string }) => Promise<unknown>,
  log: Pick<Logger, 'warn'>,
): ActivityInterceptorsFactory {
  return (context) => ({
    inbound: {
      async execute(input, next) {
        const answer = await next(input);
        const { workflowExecution, activityType } = context.info;
        if (!workflowExecution) return answer;
        const { cancellationSignal: over } = context;
        const fields = { activityType, run: workflowExecution.workflowId };
        // Nobody heartbeats for it any more: kept for longer than that, the server would not take it, and a fault that stays would keep it for ever.
        const until = Date.now() + KEPT * (context.info.heartbeatTimeoutMs ?? ANSWER_MS);
        let pause = 0;
        while (!over.aborted && Date.now() < until) {
          try {
            await ask(workflowExecution);
            break;
          } catch (error) {
            if (!NOT_NOW.has(grpcCode(error))) break;
          }
          if (pause === 0) log.warn(fields, 'its answer waits until Temporal can take it');
          pause = Math.min(Math.max(pause * 2, PAUSES_MS.first), PAUSES_MS.longest);
          await delay(pause, undefined, { signal: over }).catch(() => undefined);
        }
        return answer;
      },
    },
  });
}

/** Reads the first event of a run, which is in no cache of the server's. */
export const askHistory =
  (client: Client): Parameters<typeof handedOn>[0] =>
  (execution) =>
    client.withDeadline(Date.now() + ANSWER_MS, () =>
      client.workflowService.getWorkflowExecutionHistory({
        namespace: client.options.namespace,
        execution,
        maximumPageSize: 1,
      }),
    );
