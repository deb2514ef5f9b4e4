import { setTimeout as sleep } from 'node:timers/promises';
import type { NativeConnection } from '@temporalio/worker';
import { GRPC } from '../../contract';
import { WorkerStartError } from '../errors';

/** A dev server answers some tenths of a second before its namespace is there. */
const PATIENCE_MS = 10_000;
const EVERY_MS = 200;

/** The gRPC status of a failed call; undefined for any other error. */
export function grpcCode(error: unknown): number | undefined {
  const code = typeof error === 'object' && error !== null ? (error as { code?: unknown }).code : undefined;
  return typeof code === 'number' ? code : undefined;
}

/**
 * The UUID of a namespace. It is in every tag that this installation gives, so that two Temporal servers which share an AWS
 * account never touch each other's instances.
 */
export async function namespaceId(
  connection: NativeConnection,
  namespace: string,
  patienceMs = PATIENCE_MS,
): Promise<string> {
  const until = Date.now() + patienceMs;
  for (;;) {
    try {
      const answer = await connection.workflowService.describeNamespace({ namespace });
      const id = answer.namespaceInfo?.id;
      if (id) return id;
      throw new WorkerStartError(
        `Temporal does not say the UUID of namespace ${namespace}: is the server 1.20 or newer?`,
      );
    } catch (error) {
      const code = grpcCode(error);
      const mayCome = code === GRPC.notFound || code === GRPC.unavailable;
      if (mayCome && Date.now() < until) {
        await sleep(EVERY_MS);
        continue;
      }
      if (code === GRPC.notFound) {
        throw new WorkerStartError(
          `Temporal has no namespace ${namespace}: create it (temporal operator namespace create -n ${namespace} --retention 30d), or set TEMPORAL_NAMESPACE`,
        );
      }
      if (code === GRPC.unauthenticated || code === GRPC.permissionDenied) {
        throw new WorkerStartError(
          `Temporal refuses access to namespace ${namespace}: check TEMPORAL_API_KEY or the client certificate`,
        );
      }
      throw error;
    }
  }
}
