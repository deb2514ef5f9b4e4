import type { Server as NetServer, Socket } from 'node:net';
import { type Connection, type ParsedKey, Server } from 'ssh2';
import { LOGIN_USER } from '../environment';
import { serveForward } from './forward';
import { isAuthorized, randomHostKey } from './keys';
import { type SessionHost, serveSession } from './session';

/**
 * `closed`: no SSH server runs, connections are refused. `open`: it answers. `silent`: connections are taken and never
 * answered, as behind a firewall that drops packets.
 */
export type Gate = 'closed' | 'open' | 'silent';

/** The SSH server of one instance, on any number of addresses. Its host key may change between connections. */
export class HostSshServer {
  /** Made when somebody first connects: an instance that nobody visits costs nothing. */
  private server: Server | undefined;
  private hostKey: string | undefined;
  private gate: Gate = 'closed';
  private readonly sockets = new Set<Socket>();
  private keys: readonly ParsedKey[] = [];

  constructor(private readonly host: SessionHost) {}

  listenOn(listener: NetServer): void {
    listener.on('connection', (socket) => this.accept(socket));
  }

  setHostKey(pem: string): void {
    this.hostKey = pem;
    this.server = undefined;
  }

  authorize(keys: readonly ParsedKey[]): void {
    this.keys = keys;
  }

  /** Changing the gate cuts the connections that there are. */
  setGate(gate: Gate): void {
    if (this.gate === gate) return;
    this.gate = gate;
    for (const socket of this.sockets) socket.resetAndDestroy();
    this.sockets.clear();
  }

  private accept(socket: Socket): void {
    socket.on('error', () => undefined);
    if (this.gate === 'closed') {
      socket.resetAndDestroy();
      return;
    }
    this.sockets.add(socket);
    socket.once('close', () => this.sockets.delete(socket));
    if (this.gate === 'silent') socket.resume();
    else this.present().injectSocket(socket);
  }

  private present(): Server {
    this.hostKey ??= randomHostKey();
    this.server ??= new Server({ hostKeys: [this.hostKey], ident: 'OpenSSH_9.6p1 trainctl-local' }, (client, peer) => {
      this.serve(client, `${peer.ip} ${peer.port}`);
    });
    return this.server;
  }

  private serve(client: Connection, peer: string): void {
    client.on('error', () => undefined);
    client.on('authentication', (context) => {
      if (context.method === 'publickey' && context.username === LOGIN_USER && isAuthorized(context, this.keys)) {
        context.accept();
      } else {
        context.reject(['publickey']);
      }
    });
    const { address, port } = this.host;
    const variables = { SSH_CLIENT: `${peer} ${port}`, SSH_CONNECTION: `${peer} ${address} ${port}` };
    client.on('session', (accept) => serveSession(accept(), this.host, variables));
    client.on('tcpip', (accept, reject, info) => serveForward(accept, reject, info));
  }
}
