/** gRPC status codes that trainctl decides by (https://grpc.github.io/grpc/core/md_doc_statuscodes.html). */
export const GRPC = {
  cancelled: 1,
  invalidArgument: 3,
  deadlineExceeded: 4,
  notFound: 5,
  alreadyExists: 6,
  failedPrecondition: 9,
  unavailable: 14,
} as const;

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
