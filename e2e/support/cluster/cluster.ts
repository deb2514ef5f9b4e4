import { chmodSync, mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { ClusterBinaries } from './binaries';
import { Postgres } from './postgres';
import { TemporalServer } from './temporal-server';

/** A Temporal cluster as one has it in production, on loopback: a real server and its database, each a process of its own. */
export class Cluster {
  private constructor(
    readonly postgres: Postgres,
    readonly temporal: TemporalServer,
    /** With the logs of both. */
    readonly folder: string,
  ) {}

  static async start(binaries: ClusterBinaries): Promise<Cluster> {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'trainctl-cluster-'));
    // Its database may be another user's, who has to get there.
    chmodSync(folder, 0o711);
    let postgres: Postgres | undefined;
    try {
      postgres = await Postgres.start(binaries.postgres, path.join(folder, 'postgresql'));
      const temporal = await TemporalServer.start(binaries, postgres, path.join(folder, 'temporal'));
      return new Cluster(postgres, temporal, folder);
    } catch (error) {
      await postgres?.crash();
      await rm(folder, { recursive: true, force: true, maxRetries: 20 });
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.temporal.kill();
    await this.postgres.crash();
    // Processes of the database end a moment after its first one.
    await rm(this.folder, { recursive: true, force: true, maxRetries: 20 });
  }
}
