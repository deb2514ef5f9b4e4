import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { createClient } from '../../client';
import { clusterBinaries } from '../../e2e/support/cluster/binaries';
import { Cluster } from '../../e2e/support/cluster/cluster';
import { StackOn } from '../../e2e/support/cluster/stack-on';
import { temporalCli } from '../../local/stack';
import { startTemporal } from '../../local/stack/parts/temporal-server';
import { endParts } from '../../local/stack/stop-stack';
import { MemoryHosts } from './memory-hosts';

export const SERVERS = ['dev', 'postgresql'] as const;
export const HOSTS = ['memory', 'real'] as const;

export interface SiteOptions {
  server: (typeof SERVERS)[number];
  hosts: (typeof HOSTS)[number];
}

/** Where runs are measured: a server, a worker, hosts. */
export interface Site {
  client: Client;
  /** Process ids by what they are: `worker`, `server`, and `database` where the server has one. */
  pids: Record<string, number>;
  start(id: string): Promise<WorkflowHandle>;
  /** How many instances cost money. */
  alive(): Promise<number>;
  close(): Promise<void>;
}

interface Server {
  address: string;
  pids: Record<string, number>;
  close(): Promise<void>;
}

/** Writes a line every few seconds for as long as it is not ended, as a training does. */
const COMMAND = ['sh', '-c', 'i=0; while :; do i=$((i+1)); echo "step $i"; sleep 5; done'];

/** @throws NotHereError where there is no PostgreSQL, or nothing to build the server with */
export async function openSite({ server: kind, hosts }: SiteOptions, say: (line: string) => void): Promise<Site> {
  const server = kind === 'postgresql' ? await onPostgres(say) : await onDevServer(say);
  try {
    return hosts === 'real' ? await withRealHosts(server) : await withHostsInMemory(server);
  } catch (error) {
    await server.close();
    throw error;
  }
}

async function onPostgres(say: (line: string) => void): Promise<Server> {
  const cluster = await Cluster.start(await clusterBinaries(say));
  return {
    address: cluster.temporal.address,
    pids: { server: cluster.temporal.pid, database: cluster.postgres.pid },
    close: () => cluster.close(),
  };
}

async function onDevServer(say: (line: string) => void): Promise<Server> {
  const home = mkdtempSync(path.join(os.tmpdir(), 'trainctl-scale-'));
  const { address, part } = await startTemporal({ cli: await temporalCli(say), home, detach: false });
  process.once('exit', () => part.child.kill('SIGKILL'));
  return {
    address,
    pids: { server: part.pid },
    close: async () => {
      await endParts([part.pid]);
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** The product's worker with the local cloud: real SSH, real processes, real uploads. */
async function withRealHosts(server: Server): Promise<Site> {
  const stack = await StackOn.start(server.address);
  const client = await createClient({ env: stack.env });
  return {
    client: client.temporal,
    pids: { worker: stack.state.worker.pid, cloud: stack.state.cloud.pid, ...server.pids },
    start: async (id) => {
      const { run, address } = await client.start({ name: 'scale', command: COMMAND }, { id });
      return client.temporal.workflow.getHandle(run, address.runId);
    },
    alive: async () => (await stack.alive()).length,
    close: async () => {
      await client.close();
      await stack.close();
      await server.close();
    },
  };
}

async function withHostsInMemory(server: Server): Promise<Site> {
  const hosts = await MemoryHosts.start(server.address);
  const connection = await Connection.connect({ address: server.address });
  const client = new Client({ connection });
  return {
    client,
    pids: { worker: hosts.pid, ...server.pids },
    start: (id) => hosts.startRun(client, id),
    alive: () => hosts.alive(),
    close: async () => {
      await connection.close();
      await hosts.close();
      await server.close();
    },
  };
}
