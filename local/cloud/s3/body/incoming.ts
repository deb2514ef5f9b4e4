import type { IncomingMessage } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { S3Error } from '../errors';

/** How a connection is made to misbehave, on demand. */
export interface Wire {
  bytesPerSecond?: number;
  /** The connection is cut after this many bytes of a body. */
  cutAfter?: number;
}

/** Thrown when the other side has gone, or a fault has cut it: nobody is left to answer. */
export class ConnectionGone extends Error {}

/**
 * The bytes of a request body. Leaving the loop early does not end the connection, so that an error can still be answered.
 * A body that stands still for `stallMs` is RequestTimeout, as S3 answers it.
 */
export async function* incoming(stream: IncomingMessage, stallMs: number, wire: Wire = {}): AsyncGenerator<Buffer> {
  const iterator = stream.iterator({ destroyOnReturn: false });
  let seen = 0;
  try {
    for (;;) {
      const next = await withStall(iterator.next(), stallMs);
      if (next.done) return;
      const chunk = next.value as Buffer;
      seen += chunk.length;
      if (wire.cutAfter !== undefined && seen >= wire.cutAfter) {
        stream.socket.destroy();
        throw new ConnectionGone('the connection was cut by a fault');
      }
      yield chunk;
      await pace(chunk.length, wire);
    }
  } finally {
    // Not awaited: after a stall it would wait for the bytes that do not come.
    iterator.return?.(undefined)?.catch(() => undefined);
  }
}

async function withStall<T>(promise: Promise<T>, stallMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const stalled = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new S3Error('RequestTimeout')), stallMs);
  });
  try {
    return await Promise.race([promise, stalled]);
  } catch (error) {
    if (error instanceof S3Error) throw error;
    throw new ConnectionGone(error instanceof Error ? error.message : String(error));
  } finally {
    clearTimeout(timer);
  }
}

/** Waits as long as so many bytes would take. */
export async function pace(bytes: number, wire: Wire): Promise<void> {
  if (wire.bytesPerSecond !== undefined) await delay((bytes / Math.max(1, wire.bytesPerSecond)) * 1000);
}
