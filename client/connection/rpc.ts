import { GRPC } from '../../contract';

/** The gRPC status code of whatever the Temporal client threw, looking through its wrappers. */
export function grpcCode(error: unknown): number | undefined {
  for (let e: unknown = error; e instanceof Error; e = e.cause) {
    if (isGrpcServiceError(e)) return e.code;
  }
  return undefined;
}

/** The server's own words about a failed call. */
export function grpcDetails(error: unknown): string {
  for (let e: unknown = error; e instanceof Error; e = e.cause) {
    if (isGrpcServiceError(e)) return e.details || e.message;
  }
  return error instanceof Error ? error.message : String(error);
}

/** A gRPC error by its fields: the SDK's own `isGrpcServiceError` would load all of gRPC to explain the error of a file. */
function isGrpcServiceError(error: Error): error is Error & { code: number; details: string } {
  return (
    'details' in error &&
    typeof error.details === 'string' &&
    'metadata' in error &&
    typeof error.metadata === 'object' &&
    error.metadata !== null
  );
}

/** Whether the connection, not the request, was at fault: worth trying again. */
export function isConnectionFault(error: unknown): boolean {
  const code = grpcCode(error);
  return code === GRPC.unavailable || code === GRPC.deadlineExceeded || code === GRPC.cancelled;
}

/** The namespace that the server says it does not have; undefined when that is not what it says. */
export function missingNamespace(error: unknown): string | undefined {
  for (let e: unknown = error; e instanceof Error; e = e.cause) {
    // The SDK's own class, by its fields: it would load the SDK.
    if (e.name === 'NamespaceNotFoundError' && 'namespace' in e && typeof e.namespace === 'string') return e.namespace;
    const said =
      isGrpcServiceError(e) && e.code === GRPC.notFound ? /^Namespace (\S+) is not found/.exec(e.details) : null;
    if (said?.[1]) return said[1];
  }
  return undefined;
}
