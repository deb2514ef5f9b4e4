import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { isConnectionFault } from '../connection/rpc';
import { type Ending, readEnding } from './describe-run';
import type { RunAddress } from './resolve-run';

/** How long who follows a run waits for Temporal to close it once it says that it has ended. */
const CLOSED_MS = 10_000;

/** How the execution closed, however long that takes; a cut connection only makes it wait. */
export async function awaitEnding(client: Client, address: RunAddress): Promise<Ending> {
  for (;;) {
    try {
      return await readEnding(client, address);
    } catch (error) {
      if (!isConnectionFault(error)) throw error;
      await delay(1000);
    }
  }
}

/**
 * Waits until Temporal has closed an execution that says it has ended. Between the two come its summary and its message to the
 * webhook: a receiver that does not answer is tried again for minutes, and nobody waits for that.
 */
export async function awaitClosed(client: Client, address: RunAddress): Promise<void> {
  await client
    .withDeadline(Date.now() + CLOSED_MS, () => readEnding(client, address))
    .catch((error: unknown) => {
      if (!isConnectionFault(error)) throw error;
    });
}
