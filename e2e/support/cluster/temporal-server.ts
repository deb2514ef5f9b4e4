import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time';
import { stringify } from 'yaml';
import { freePort } from '../../../local/stack/machine/free-port';
import { runCommand } from '../../../local/stack/machine/run-command';
import type { ClusterBinaries } from './binaries';
import { type Postgres, USER } from './postgres';
import { ServerProcess } from './server-process';

/** Of one server on one machine; the number cannot be changed later. Temporal's docs: 512 for small production clusters. */
const SHARDS = 64;

const RETENTION = '72h';
const ALREADY_EXISTS = 6;

/** Temporal's databases, and the schema of each as `temporal-sql-tool` has it. */
const DATABASES = { temporal: 'postgresql/v12/temporal', temporal_visibility: 'postgresql/v12/visibility' };

/** A real server: all four services in one process, on PostgreSQL. Not the dev server. */
export class TemporalServer {
  private constructor(
    readonly address: string,
    private readonly server: ServerProcess,
  ) {}

  /** Makes schema and namespace, too. */
  static async start(binaries: ClusterBinaries, postgres: Postgres, folder: string): Promise<TemporalServer> {
    mkdirSync(folder, { mode: 0o700 });
    for (const [name, schema] of Object.entries(DATABASES))
      await makeDatabase(binaries.sqlTool, postgres, name, schema);
    const frontend = await freePort();
    const file = path.join(folder, 'server.yaml');
    writeFileSync(file, stringify(await configuration(postgres, frontend, folder)), { mode: 0o600 });
    const server = new ServerProcess({
      name: 'temporal-server',
      command: binaries.server,
      args: ['--config-file', file, '--allow-no-auth', 'start'],
      log: path.join(path.dirname(folder), 'temporal-server.log'),
      options: { cwd: folder, env: { PATH: process.env.PATH } },
    });
    const started = new TemporalServer(`127.0.0.1:${frontend}`, server);
    await started.start();
    return started;
  }

  get pid(): number {
    return this.server.pid;
  }

  /** Resolves when runs can be asked for. */
  start(): Promise<void> {
    return this.server.start(() => serves(this.address));
  }

  kill(): Promise<void> {
    return this.server.end('SIGKILL');
  }

  stop(): Promise<void> {
    return this.server.end('SIGTERM');
  }
}

async function makeDatabase(tool: string, postgres: Postgres, name: string, schema: string): Promise<void> {
  const where = ['--plugin', 'postgres12', '--endpoint', '127.0.0.1', '--port', String(postgres.port), '--user', USER];
  // By the environment: arguments are for everybody to read.
  const env = { PATH: process.env.PATH, SQL_PASSWORD: postgres.password };
  for (const step of [['create-database'], ['setup-schema', '-v', '0.0'], ['update-schema', '--schema-name', schema]]) {
    const { code, stdout, stderr } = await runCommand(tool, [...where, '--database', name, ...step], { env });
    if (code !== 0) throw new Error(`temporal-sql-tool ${step.join(' ')}: ${code}\n${(stdout + stderr).slice(-2000)}`);
  }
}

/** A configuration of one server. Its ports are in its database, in columns of 16 bits with a sign. */
async function configuration(postgres: Postgres, frontend: number, folder: string): Promise<object> {
  const sql = (databaseName: string, connections: number): object => ({
    sql: {
      pluginName: 'postgres12',
      databaseName,
      connectAddr: `127.0.0.1:${postgres.port}`,
      connectProtocol: 'tcp',
      user: USER,
      password: postgres.password,
      maxConns: connections,
      maxIdleConns: connections,
      maxConnLifetime: '1h',
    },
  });
  const service = async (grpcPort?: number): Promise<object> => ({
    rpc: { grpcPort: grpcPort ?? (await freePort()), membershipPort: await freePort(), bindOnIP: '127.0.0.1' },
  });
  const dynamic = path.join(folder, 'dynamic.yaml');
  writeFileSync(dynamic, stringify({ 'frontend.enableServerVersionCheck': [{ value: false }] }));
  return {
    log: { stdout: true, level: 'error', format: 'json' },
    persistence: {
      defaultStore: 'default',
      visibilityStore: 'visibility',
      numHistoryShards: SHARDS,
      datastores: { default: sql('temporal', 30), visibility: sql('temporal_visibility', 10) },
    },
    global: { membership: { maxJoinDuration: '30s', broadcastAddress: '127.0.0.1' } },
    services: {
      frontend: await service(frontend),
      matching: await service(),
      history: await service(),
      worker: await service(),
    },
    clusterMetadata: {
      enableGlobalNamespace: false,
      failoverVersionIncrement: 10,
      masterClusterName: 'active',
      currentClusterName: 'active',
      clusterInformation: {
        active: { enabled: true, initialFailoverVersion: 1, rpcName: 'frontend', rpcAddress: `127.0.0.1:${frontend}` },
      },
    },
    dcRedirectionPolicy: { policy: 'noop' },
    dynamicConfigClient: { filepath: dynamic, pollInterval: '1m' },
  };
}

/** Whether the namespace can be worked in; makes it when it is not there. A server that starts refuses for a while. */
async function serves(address: string): Promise<boolean> {
  let connection: Connection | undefined;
  try {
    connection = await Connection.connect({ address, connectTimeout: '2s' });
    const { workflowService } = connection;
    const within = Date.now() + 5_000;
    await connection.withDeadline(within, async () => {
      await workflowService
        .registerNamespace({ namespace: 'default', workflowExecutionRetentionPeriod: msToTs(RETENTION) })
        .catch((error: { code?: number }) => {
          if (error.code !== ALREADY_EXISTS) throw error;
        });
      await workflowService.countWorkflowExecutions({ namespace: 'default' });
    });
    return true;
  } catch {
    return false;
  } finally {
    await connection?.close();
  }
}
