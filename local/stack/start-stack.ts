import type { StackState } from '../../contract';
import { temporalCli } from './binaries/temporal-cli';
import { TEMPORAL_SERVER_VERSION } from './binaries/versions';
import { lastPorts, rememberPorts } from './home/ports';
import { withStackLocked } from './home/stack-lock';
import { removeState, type StoredStack, writeState } from './home/state';
import { freePort, onFreePorts } from './machine/free-port';
import { childEnded } from './machine/processes';
import { LOCAL_CLOUD_PORT, startLocalCloud } from './parts/local-cloud';
import { failure, type Part } from './parts/start-part';
import { startTemporal } from './parts/temporal-server';
import { startWorker } from './parts/worker';
import { type OnStage, staged } from './progress';
import { type Alive, endDying, endHanging, keptWorker, startersOf } from './remains';
import { stackStatus } from './status';
import { endParts, stopStack } from './stop-stack';
import { endStrays, findStrays } from './strays';

export interface StackOptions {
  /** The installation's home; holds state, logs, Temporal's database and the local cloud's files. */
  home: string;
  /** True: the servers outlive this process, once they are up. False: `stop` ends them, and so does the end of this process. */
  detach: boolean;
  /** Where files of it were lost: its open runs are ended, and it goes on with what is left. */
  replace?: boolean;
  onStage?: OnStage;
}

export interface Stack {
  state: StackState;
  /** True when it was up before: then `stop` leaves it up. */
  alreadyUp: boolean;
  /** Ends what this call started. */
  stop(): Promise<void>;
  /** Resolves with a sentence when a server that this call started ends by itself. */
  exited: Promise<string>;
}

/**
 * Starts Temporal, the local cloud and a worker, or finds them up. Safe to call twice, also at the same time: the second
 * call finds the first one's. Of a stack that is half dead, what answers stays as it is (the local cloud holds the hosts of
 * runs) and the rest is started again, where it was; what dies with a start that was killed is waited for.
 *
 * @throws StackError when a part could not be had; what had been started is ended again.
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  return withStackLocked(
    options.home,
    async () => {
      await endDying(options.home);
      const standing = await stackStatus(options.home);
      if (standing.up && standing.state) {
        return {
          state: standing.state,
          alreadyUp: true,
          stop: async () => undefined,
          exited: new Promise(() => undefined),
        };
      }
      const alive = await endHanging(options.home, standing);
      // A server that lost its state file holds the database and the ports.
      await endStrays((await findStrays(options.home)).filter(({ lost }) => !lost));
      // Whole: a server may lose a port when it has served already.
      return onFreePorts(() => start(options, alive));
    },
    (pid) =>
      options.onStage?.({
        name: 'stack',
        state: 'running',
        detail: `waiting for process ${pid}, which is starting or stopping it`,
      }),
  );
}

async function start({ home, detach, replace, onStage }: StackOptions, alive: Alive): Promise<Stack> {
  const parts: Part[] = [];
  const ports = lastPorts(home);
  const keep = <T extends { part: Part }>(started: T): T => {
    parts.push(started.part);
    return started;
  };
  const startServer = async (): Promise<StackState['temporal']> => {
    const cli = await temporalCli((detail) => onStage?.({ name: 'temporal', state: 'running', detail }));
    const { address, uiUrl, part } = keep(await onFreePorts(() => startTemporal({ cli, home, detach, ports })));
    const { path: binary } = cli;
    const { server: pid, pid: guard } = part;
    return { address, namespace: 'default', uiUrl, pid, guard, binary, version: TEMPORAL_SERVER_VERSION };
  };
  const startCloud = async (): Promise<StackState['cloud']> =>
    keep(
      await onFreePorts(async () =>
        startLocalCloud({ home, detach, port: await freePort(ports.cloud ?? LOCAL_CLOUD_PORT) }),
      ),
    ).state;
  try {
    const [temporal, cloud] = await allOrNone([
      staged(
        'temporal',
        onStage,
        async () => alive.temporal ?? startServer(),
        (server) => `${TEMPORAL_SERVER_VERSION} · ${server.uiUrl}`,
      ),
      staged(
        'local cloud',
        onStage,
        async () => alive.cloud ?? startCloud(),
        (started) => `EC2, S3 · ${started.url.replace('http://', '')}`,
      ),
    ]);
    const base = { version: 1 as const, startedAt: new Date().toISOString(), temporal, cloud };
    // The worker reads the stack's addresses from this file.
    await writeState(home, { ...base, worker: null, ...startersOf(alive, parts, false) });
    const worker = await staged(
      'worker',
      onStage,
      async () =>
        (await keptWorker(alive, base)) ??
        keep(await startWorker({ home, detach, state: base, ...(replace && { replace }) })).state,
      () => 'trainctl, trainctl-supervise',
    );
    let state: StoredStack = { ...base, worker, ...startersOf(alive, parts, false) };
    await writeState(home, state);
    await rememberPorts(home, state);
    for (const part of parts) await part.keep();
    if (detach) {
      // Only now: for who comes next, a start that was killed halfway through this has kept nothing.
      state = { ...base, worker, ...startersOf(alive, parts, true) };
      await writeState(home, state);
    }
    return { state, alreadyUp: false, stop: () => stopStack(home), exited: firstExit(parts) };
  } catch (error) {
    // What another one says of a server that is gone is no reason.
    const gone = parts.find(({ child }) => childEnded(child));
    const reason = gone === undefined ? error : await failure(gone, 'ended while the stack was starting');
    await endParts(parts.map((part) => part.pid).reverse());
    if (alive.state) await writeState(home, alive.state);
    else await removeState(home);
    throw reason;
  }
}

/** Waits for both even when one fails, so that the other is known and can be ended. */
async function allOrNone<A, B>(pair: [Promise<A>, Promise<B>]): Promise<[A, B]> {
  const [a, b] = await Promise.allSettled(pair);
  if (a.status === 'rejected') throw a.reason;
  if (b.status === 'rejected') throw b.reason;
  return [a.value, b.value];
}

const firstExit = (parts: Part[]): Promise<string> =>
  Promise.race(
    parts.map(
      (part) =>
        new Promise<string>((resolve) => {
          part.child.once('exit', (code, signal) =>
            resolve(`${part.name} ended (${signal ?? `exit ${code}`}); its log is ${part.log}`),
          );
        }),
    ),
  );
