import type { Server as NetServer, Socket } from 'node:net';
import { type Connection, Server } from 'ssh2';
import { randomHostKey } from './keys';
import { reset } from './reset';

/**
 * Another machine, at an address where a host was: it has a host key of its own, lets nobody in, and counts who tried. A client
 * that checks host keys leaves before it says who it is.
 */
export class Stranger {
  connections = 0;
  /** Requests for a login, with whatever key. */
  logins = 0;
  private server: Server | undefined;
  private readonly sockets = new Set<Socket>();

  answerAt(listener: NetServer): void {
    listener.on('connection', (socket) => this.accept(socket));
  }

  /** Cuts the connections that there are. */
  cut(): void {
    for (const socket of this.sockets) reset(socket);
    this.sockets.clear();
  }

  private accept(socket: Socket): void {
    this.connections += 1;
    this.sockets.add(socket);
    socket.on('error', () => undefined).once('close', () => this.sockets.delete(socket));
    this.server ??= new Server({ hostKeys: [randomHostKey()] }, (client) => this.refuse(client));
    this.server.injectSocket(socket);
  }

  private refuse(client: Connection): void {
    client.on('error', () => undefined);
    client.on('authentication', (context) => {
      this.logins += 1;
      context.reject();
    });
  }
}
