export interface CallOptions {
  signal?: AbortSignal;
}

/** As the SDK's clients take them. */
export const http = (options: CallOptions): { abortSignal?: AbortSignal } =>
  options.signal ? { abortSignal: options.signal } : {};
