import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { listenInside } from '../../../../../local/cloud/hosts/network/listener';

const LOOPBACK = '127.0.0.1';

test('what another process has made listen is ours, in the order that was asked for', async () => {
  // What runs a command in a namespace is put before it: here it is a program that does nothing more.
  const servers = await listenInside(
    ['env', '--'],
    [
      { address: LOOPBACK, port: 0 },
      { address: '127.0.0.2', port: 0 },
    ],
  );
  const addresses = servers.map((server) => server.address() as AddressInfo);
  expect(addresses.map(({ address }) => address)).toEqual([LOOPBACK, '127.0.0.2']);
  for (const [index, server] of servers.entries()) {
    // As another kind of server takes it over.
    const ours = createServer((socket) => socket.end(`server ${index}`));
    ours.listen(server);
    const { address, port } = addresses[index] as AddressInfo;
    expect(await text(connect({ host: address, port }))).toBe(`server ${index}`);
    ours.close();
    await once(ours, 'close');
    // It is closed by either.
    server.close();
    await expect(once(connect({ host: address, port }), 'connect')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  }
});

test('a port that is taken is told by its code', async () => {
  const taken = createServer().listen(0, LOOPBACK);
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  const both = [
    { address: LOOPBACK, port: 0 },
    { address: LOOPBACK, port },
  ];
  await expect(listenInside([], both)).rejects.toMatchObject({ code: 'EADDRINUSE' });
  taken.close();
});

test('what cannot be entered says why', async () => {
  await expect(listenInside(['sh', '-c', 'echo no such place >&2; exit 3'], [])).rejects.toThrow(/no such place/);
  await expect(listenInside(['/nowhere/nsenter'], [])).rejects.toMatchObject({ code: 'ENOENT' });
});
