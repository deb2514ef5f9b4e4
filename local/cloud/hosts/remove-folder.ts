import { rmSync } from 'node:fs';

/** Tries, and milliseconds between two of them. */
const TRIES = 50;
const PAUSE_MS = 40;

/**
 * Removes a folder in which something may still be written. `maxRetries` of `rmSync` does not serve here: Node repeats the removal of
 * the emptied folder alone, and not that of what came into it meanwhile.
 */
export function removeFolder(folder: string): void {
  for (let tries = 1; ; tries += 1) {
    try {
      rmSync(folder, { recursive: true, force: true });
      return;
    } catch (error) {
      if (tries >= TRIES || (error as NodeJS.ErrnoException).code !== 'ENOTEMPTY') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
    }
  }
}
