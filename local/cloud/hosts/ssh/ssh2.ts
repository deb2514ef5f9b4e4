import type { Socket } from 'node:net';
import { type Connection, type ParsedKey, Server } from 'ssh2';
import { LOGIN_USER } from '../environment';
import { serveForward } from './forward';
import { isAuthorized, parseAuthorizedKeys, randomHostKey } from './keys';
import { reset } from './reset';
import type { SshServer } from './server';
import { type SessionHost, serveSession } from './session';

/** The SSH server that needs nothing but node. */
export class Ssh2Server implements SshServer {
  /** Made when somebody first connects: an instance that nobody visits costs nothing. */
  private server: Server | undefined;
  private hostKey: string | undefined;
  private keys: readonly ParsedKey[] = [];

  constructor(private readonly host: SessionHost) {}

  setHostKey(pem: string): void {
    this.hostKey = pem;
    this.server = undefined;
  }

  authorize(lines: readonly string[]): void {
    this.keys = parseAuthorizedKeys(lines);
  }

  serve(socket: Socket, gone: () => void): () => void {
    socket.once('close', gone);
    this.present().injectSocket(socket);
    return () => {
      reset(socket);
    };
  }

  private present(): Server {
    this.hostKey ??= randomHostKey();
    this.server ??= new Server({ hostKeys: [this.hostKey], ident: 'OpenSSH_9.6p1 trainctl-local' }, (client, peer) => {
      this.converse(client, `${peer.ip} ${peer.port}`);
    });
    return this.server;
  }

  private converse(client: Connection, peer: string): void {
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
