import type { NodeRef } from '../../contract';
import { openSession } from './connection/connect';
import type { HostAddress, HostSession, NodeKeys, OpenOptions, SessionPool, SshTarget } from './types';
import { untilAborted } from './until-aborted';

const IDLE_SECONDS = 30;

export interface PoolOptions {
  keysOf: (node: NodeRef) => NodeKeys;
  /** How long an unused connection stays. Default 30. */
  idleSeconds?: number;
  /** How to connect; for tests. */
  open?: (target: SshTarget, options: OpenOptions) => Promise<HostSession>;
}

interface Entry {
  opening: Promise<HostSession>;
  users: number;
  idle: NodeJS.Timeout | undefined;
}

/** One connection a node, shared by the steps that work on it at the same time or soon after each other. */
export function createSessionPool(options: PoolOptions): SessionPool {
  const idleMs = (options.idleSeconds ?? IDLE_SECONDS) * 1000;
  const open = options.open ?? openSession;
  const entries = new Map<string, Entry>();
  let closed = false;

  const forget = (key: string, entry: Entry): void => {
    clearTimeout(entry.idle);
    if (entries.get(key) === entry) entries.delete(key);
  };

  const connect = (key: string, host: HostAddress, openOptions: OpenOptions): Entry => {
    const keys = options.keysOf(host.node);
    const target = {
      address: host.address,
      port: host.port,
      user: host.user,
      privateKey: keys.client.privateOpenSsh,
      hostKey: keys.host.publicOpenSsh,
    };
    // Without the caller's signal: others may be waiting for the same connection.
    const { signal: _own, ...rest } = openOptions;
    const entry: Entry = { opening: open(target, rest), users: 0, idle: undefined };
    entries.set(key, entry);
    entry.opening.then(
      (session) => void session.closed.then(() => forget(key, entry)),
      () => forget(key, entry),
    );
    return entry;
  };

  const release = (key: string, entry: Entry): void => {
    entry.users -= 1;
    if (entry.users > 0) return;
    const end = (): void => {
      forget(key, entry);
      entry.opening.then((session) => session.close()).catch(() => {});
    };
    if (closed || entries.get(key) !== entry) {
      end();
    } else {
      entry.idle = setTimeout(end, idleMs);
      entry.idle.unref();
    }
  };

  return {
    async use<T>(
      host: HostAddress,
      work: (session: HostSession) => Promise<T>,
      openOptions: OpenOptions = {},
    ): Promise<T> {
      if (closed) throw new Error('the session pool is closed');
      openOptions.signal?.throwIfAborted();
      const key = keyOf(host.node, host);
      const entry = entries.get(key) ?? connect(key, host, openOptions);
      clearTimeout(entry.idle);
      entry.users += 1;
      try {
        return await work(await untilAborted(entry.opening, openOptions.signal));
      } finally {
        release(key, entry);
      }
    },
    drop(node: NodeRef): void {
      for (const [key, entry] of entries) {
        if (!key.startsWith(`${nodeKey(node)} `)) continue;
        forget(key, entry);
        entry.opening.then((session) => session.close()).catch(() => {});
      }
    },
    close(): void {
      closed = true;
      for (const [key, entry] of entries) {
        forget(key, entry);
        entry.opening.then((session) => session.close()).catch(() => {});
      }
    },
  };
}

const nodeKey = (node: NodeRef): string => `${node.namespaceId}/${node.runKey}/${node.attempt}/${node.node}`;
/** With the address: an instance that was stopped and started again is reached anew. */
const keyOf = (node: NodeRef, host: HostAddress): string =>
  `${nodeKey(node)} ${host.user}@${host.address}:${host.port}`;
