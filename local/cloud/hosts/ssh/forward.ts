import { connect } from 'node:net';
import type { ServerChannel, TcpipRequestInfo } from 'ssh2';

/** Serves one direct-tcpip channel (`ssh -L`): accepted once the target has answered. */
export function serveForward(accept: () => ServerChannel, reject: () => void, info: TcpipRequestInfo): void {
  const target = connect({ host: info.destIP, port: info.destPort });
  target.once('error', reject);
  target.once('connect', () => {
    target.off('error', reject);
    const channel = accept();
    channel.on('error', () => target.destroy());
    target.on('error', () => channel.close());
    channel.pipe(target).pipe(channel);
    channel.on('close', () => target.destroy());
  });
}
