import type { NativeConnection } from '@temporalio/worker';
import type { Logger } from 'pino';
import { becomeCurrent, setByHand } from './temporal/deployment';

interface Version {
  connection: NativeConnection;
  namespace: string;
  deployment: string;
  buildId: string;
  log: Logger;
  shutdown: () => void;
  done: Promise<void>;
}

/** New runs begin on this version from now on, unless it has had its time. */
export async function takeOver({
  connection,
  namespace,
  deployment,
  buildId,
  log,
  shutdown,
  done,
}: Version): Promise<void> {
  try {
    const current = await becomeCurrent(connection, namespace, { deployment, buildId });
    const byHand = setByHand(namespace, { deployment, buildId });
    if (current === buildId) log.info({ buildId }, 'new runs begin on this version');
    else log.warn({ buildId, current, byHand }, 'a newer version is current: this one serves the runs pinned to it');
  } catch (error) {
    shutdown();
    await done.catch(() => undefined);
    throw error;
  }
}
