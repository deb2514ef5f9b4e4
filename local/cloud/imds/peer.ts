import { readFileSync } from 'node:fs';
import { isIPv4, type Socket } from 'node:net';
import { endianness } from 'node:os';

/** A connection's other end: its uid is that of the process that opened it, by the kernel's own table. */
type Peer = Pick<Socket, 'remoteAddress' | 'remotePort' | 'localAddress' | 'localPort'>;

/** The kernel's table of this machine's IPv4 connections; undefined where there is none (no Linux). */
function connections(): string | undefined {
  try {
    return readFileSync('/proc/net/tcp', 'utf8');
  } catch {
    return undefined;
  }
}

/** As `/proc/net/tcp` writes an end: the address as a number of this machine's byte order, the port as it is. */
function written(address: string, port: number): string {
  const bytes = address.split('.').map(Number);
  if (endianness() === 'LE') bytes.reverse();
  const hex = (value: number, digits: number) => value.toString(16).toUpperCase().padStart(digits, '0');
  return `${bytes.map((byte) => hex(byte, 2)).join('')}:${hex(port, 4)}`;
}

/** Whose process is at the other end of a connection on loopback, as a uid; undefined when nothing says so. */
export function peerUid({ remoteAddress, remotePort, localAddress, localPort }: Peer, table = connections()) {
  const known = [remoteAddress, localAddress].every((address) => isIPv4(address ?? ''));
  if (table === undefined || !known || remotePort === undefined || localPort === undefined) return undefined;
  const ends = ` ${written(remoteAddress ?? '', remotePort)} ${written(localAddress ?? '', localPort)} `;
  const line = table.split('\n').find((one) => one.includes(ends));
  const uid = line?.trim().split(/\s+/)[7];
  return uid === undefined ? undefined : Number(uid);
}

/** Whether a connection is from another user of this machine. Root may look at everything anyway. */
export function ofAnotherUser(peer: Peer, own = process.getuid?.(), table = connections()): boolean {
  const uid = peerUid(peer, table);
  return uid !== undefined && own !== undefined && uid !== own && uid !== 0;
}
