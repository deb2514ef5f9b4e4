import type { Socket } from 'node:net';

/** Cuts a connection as a machine does that vanishes: by a reset, unless it is already being closed (node cannot reset it then). */
export function reset(socket: Socket): void {
  if (socket.writableEnded || socket.readableEnded) socket.destroy();
  else socket.resetAndDestroy();
}
