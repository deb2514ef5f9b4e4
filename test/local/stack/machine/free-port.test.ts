import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { PortTakenError, StackError } from '../../../../local/stack/errors';
import { freePort, onFreePorts } from '../../../../local/stack/machine/free-port';
import { node } from '../support/node-part';

/** A part that listens on `port`, as a server does. */
const listens = (port: number) =>
  node(`require('net').createServer().listen(${port}, '127.0.0.1', () => console.log('{"ready":true}'))`);

test('a port of nobody’s choice is none that the system gives to who connects or listens anywhere', async () => {
  const ports = await Promise.all(Array.from({ length: 20 }, () => freePort()));
  expect(ports.every((port) => port >= 10_000 && port <= 32_767)).toBe(true);
  expect(new Set(ports).size).toBeGreaterThan(1);
  if (process.platform !== 'linux') return;
  const given = Number.parseInt(readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8'), 10);
  expect(ports.filter((port) => port >= given)).toEqual([]);
});

test('a port that is taken between the choice and the use is chosen anew', async () => {
  const other = createServer();
  const ready = async (port: number) => ({ port, ...(await (await listens(port)).ready(60)) });
  const tried: number[] = [];
  try {
    const started = await onFreePorts(async () => {
      const port = await freePort(tried[0]);
      if (tried.push(port) === 1) await new Promise<void>((resolve) => other.listen(port, '127.0.0.1', resolve));
      return ready(port);
    });
    expect(started).toEqual({ port: tried[1], ready: true });
    expect(tried[1]).not.toBe(tried[0]);
  } finally {
    other.close();
  }
});

test('what ends for another reason, or finds its ports taken again and again, is not started for ever', async () => {
  let starts = 0;
  const fails = (error: Error) =>
    onFreePorts(async () => {
      starts += 1;
      throw error;
    });
  await expect(fails(new StackError('no disk'))).rejects.toThrow('no disk');
  expect(starts).toBe(1);
  await expect(fails(new PortTakenError('taken'))).rejects.toThrow('taken');
  expect(starts).toBe(6);
});
