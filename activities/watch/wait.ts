/** A wait that its signal ends, or whoever calls `finish`; `end` then runs, also when that happens before `begin` returned. */
export function settleOnce<T>(
  signal: AbortSignal | undefined,
  begin: (settle: { resolve: (value: T) => void; reject: (why: unknown) => void }) => () => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const finish = (give: () => void): void => {
      // The first call may come before `end` is there.
      queueMicrotask(() => end());
      signal?.removeEventListener('abort', onAbort);
      give();
    };
    const onAbort = (): void => finish(() => reject(signal?.reason));
    signal?.addEventListener('abort', onAbort, { once: true });
    const end = begin({
      resolve: (value) => finish(() => resolve(value)),
      reject: (why) => finish(() => reject(why)),
    });
  });
}
