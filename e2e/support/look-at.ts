import { setTimeout as sleep } from 'node:timers/promises';
import { createClient, type RunHandle } from '../../client';
import type { Live, RunStatus } from '../../contract';
import { logOf, statusWhere } from './counting';

// Waiting by the command line would start one for each look, and take the processors from what is waited for.

/** @param env - of another stack, or of another namespace of it */
async function lookAt<T>(id: string, look: (run: RunHandle) => Promise<T>, env: NodeJS.ProcessEnv = {}): Promise<T> {
  const client = await createClient({ env: { ...process.env, ...env } });
  try {
    return await look(await client.get(id));
  } finally {
    await client.close();
  }
}

/** Waits for what the status of a run says. A run that ends before is an error. */
export const untilStatus = (
  id: string,
  what: (status: RunStatus) => boolean,
  env?: NodeJS.ProcessEnv,
): Promise<RunStatus> => lookAt(id, (run) => statusWhere(run, what), env);

/** Waits until a run trains. */
export const untilTrains = (id: string, env?: NodeJS.ProcessEnv): Promise<RunStatus> =>
  untilStatus(id, ({ phase }) => phase === 'training', env);

/** Waits until the log of the first attempt holds a text. */
export const untilLogged = (id: string, text: string): Promise<void> =>
  lookAt(id, async (run) => {
    while (!(await logOf(run, 1)).includes(text)) await sleep(300);
  });

/** Waits until the host of the first attempt says a phase, or the run is stopping. */
export const untilLive = (id: string, phase: Live['phase']): Promise<void> =>
  lookAt(id, async (run) => {
    for (;;) {
      if ((await run.live(1).catch(() => undefined))?.phase === phase) return;
      const status = await run.status();
      if (status.phase === 'stopping') return;
      if (status.outcome) throw new Error(`${id} ended before`);
      await sleep(300);
    }
  });
