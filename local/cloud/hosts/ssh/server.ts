import type { Server as NetServer, Socket } from 'node:net';
import { reset } from './reset';

/** Speaks SSH on the connections of one instance. Its host key and log-ins may change between connections. */
export interface SshServer {
  /**
   * Takes over a connection from which nothing has been read yet, and calls `gone` when it is done with it.
   * @returns what cuts it; processes that it has started stay, as when a client vanishes
   */
  serve(socket: Socket, gone: () => void): () => void;
  /** @param pem - OpenSSH's own private format, without a passphrase. */
  setHostKey(pem: string): void;
  /** @param lines - as in authorized_keys; nobody else gets in. */
  authorize(lines: readonly string[]): void;
}

/**
 * `closed`: no SSH server runs, connections are refused. `open`: it answers. `silent`: connections are taken and never
 * answered, as behind a firewall that drops packets.
 */
export type Gate = 'closed' | 'open' | 'silent';

/** What lets connections, from any number of addresses, to the SSH server of one instance, or does not. */
export class SshDoor {
  private gate: Gate = 'closed';
  private readonly cuts = new Set<() => void>();

  constructor(private readonly server: SshServer) {}

  listenOn(listener: NetServer): void {
    listener.on('connection', (socket) => this.accept(socket));
  }

  /** Changing the gate cuts the connections that there are. */
  setGate(gate: Gate): void {
    if (this.gate === gate) return;
    this.gate = gate;
    this.cut();
  }

  /** Cuts the connections that there are. */
  cut(): void {
    const cuts = [...this.cuts];
    this.cuts.clear();
    for (const cut of cuts) cut();
  }

  private accept(socket: Socket): void {
    socket.on('error', () => undefined);
    if (this.gate === 'closed') {
      reset(socket);
      return;
    }
    let cut = () => {
      reset(socket);
    };
    const gone = () => {
      this.cuts.delete(cut);
    };
    if (this.gate === 'open') cut = this.server.serve(socket, gone);
    else socket.once('close', gone).resume();
    this.cuts.add(cut);
  }
}
