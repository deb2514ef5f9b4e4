import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { StackState } from '../../../contract';
import { TEMPORAL_SERVER_VERSION } from '../../../local/stack/binaries/versions';
import { writeState } from '../../../local/stack/home/state';
import { freePort } from '../../../local/stack/machine/free-port';
import { startLocalCloud } from '../../../local/stack/parts/local-cloud';
import { startWorker } from '../../../local/stack/parts/worker';
import { endParts } from '../../../local/stack/stop-stack';

/** What an installation is beside Temporal: the local cloud with hosts that really boot, and the built worker. */
export class StackOn {
  private constructor(
    readonly home: string,
    readonly state: StackState & { worker: NonNullable<StackState['worker']> },
  ) {}

  /** @param address - of a Temporal server with the namespace `default` */
  static async start(address: string): Promise<StackOn> {
    const home = mkdtempSync(path.join(os.tmpdir(), 'trainctl-on-cluster-'));
    const pids: number[] = [];
    const end = (): void => {
      for (const pid of pids) {
        try {
          process.kill(pid, 'SIGTERM');
        } catch {
          // Ended already.
        }
      }
    };
    process.once('exit', end);
    try {
      const cloud = (await startLocalCloud({ home, detach: false, port: await freePort() })).state;
      pids.push(cloud.pid);
      const version = TEMPORAL_SERVER_VERSION;
      const temporal = { address, namespace: 'default', uiUrl: 'http://127.0.0.1', pid: null, binary: null, version };
      const state = { version: 1 as const, startedAt: new Date().toISOString(), temporal, cloud };
      await writeState(home, { ...state, worker: null });
      const worker = (await startWorker({ home, detach: false, state })).state;
      pids.unshift(worker.pid);
      await writeState(home, { ...state, worker });
      return new StackOn(home, { ...state, worker });
    } catch (error) {
      await endParts(pids);
      await rm(home, { recursive: true, force: true, maxRetries: 20 });
      throw error;
    }
  }

  /** For the product's client: nothing of what the shell holds of other servers. */
  get env(): NodeJS.ProcessEnv {
    const kept = Object.entries(process.env).filter(([name]) => !/^(AWS_|TEMPORAL_|TRAINCTL_(?!CACHE))/.test(name));
    return { ...Object.fromEntries(kept), TRAINCTL_HOME: this.home };
  }

  /** What the cloud has that is alive: instances, volumes, spot requests; of all runs. */
  async alive(): Promise<string[]> {
    const { url, controlToken } = this.state.cloud;
    const headers = { authorization: `Bearer ${controlToken}` };
    const answer = await fetch(`${url}/_local/state`, { headers });
    if (!answer.ok) throw new Error(`the local cloud: ${answer.status} ${await answer.text()}`);
    const { instances, volumes, spotRequests } = (await answer.json()) as Record<
      'instances' | 'volumes' | 'spotRequests',
      { id: string; state: string }[]
    >;
    return [
      ...instances.filter(({ state }) => state !== 'terminated'),
      ...volumes,
      ...spotRequests.filter(({ state }) => ['open', 'active', 'disabled'].includes(state)),
    ].map(({ id, state }) => `${id} ${state}`);
  }

  async close(): Promise<void> {
    await endParts([this.state.worker.pid, this.state.cloud.pid]);
    await rm(this.home, { recursive: true, force: true, maxRetries: 20 });
  }
}
