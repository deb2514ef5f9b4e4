import { type ConnectionOptions, defaultGrpcRetryOptions, makeGrpcRetryInterceptor } from '@temporalio/client';

type Interceptor = NonNullable<ConnectionOptions['interceptors']>[number];
type Call = ReturnType<Interceptor>;

/** gRPC's status code CANCELLED, which nobody retries. */
const CANCELLED = 1;

/**
 * The SDK's retries, for a connection that may be closed while a call waits for its next try: that try would throw from its
 * timer, where nobody can catch it, and end the process.
 */
export class ClosableRetries {
  readonly interceptors: Interceptor[];
  #closed = false;

  constructor() {
    const usual = defaultGrpcRetryOptions();
    const retrying = makeGrpcRetryInterceptor({
      ...usual,
      retryableDecider: (attempt, status) => !this.#closed && usual.retryableDecider(attempt, status),
    });
    const gate: Interceptor = (options, next) => (this.#closed ? refusedCall : next(options)) as Call;
    this.interceptors = [retrying, gate];
  }

  /** To be said before the connection is closed: from here on no call is tried again. */
  close(): void {
    this.#closed = true;
  }
}

const ignore = (): void => undefined;

/** Ends as soon as it is started. */
const refusedCall = {
  start(metadata: unknown, listener?: { onReceiveStatus?: (status: unknown) => void }): void {
    listener?.onReceiveStatus?.({ code: CANCELLED, details: 'the connection is closed', metadata });
  },
  sendMessage: ignore,
  sendMessageWithContext: ignore,
  startRead: ignore,
  halfClose: ignore,
  cancelWithStatus: ignore,
  getPeer: () => 'closed',
  getAuthContext: () => null,
};
