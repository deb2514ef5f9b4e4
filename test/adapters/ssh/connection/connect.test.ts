import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import { deriveKeys, HostKeyMismatchError, openSession, UnreachableError } from '../../../../adapters/ssh';
import { NODE, SECRET, startHost } from '../support/host';

test('logs in where the host proves the expected key', async () => {
  const host = await startHost();
  try {
    const session = await openSession(host.target);
    expect((await session.exec('echo "$HOME"')).stdout.trim()).toBe(host.home);
    session.close();
    await expect(session.closed).resolves.toBe('closed by us');
  } finally {
    await host.close();
  }
});

test('another host key ends the connection before any login', async () => {
  const other = deriveKeys(SECRET, { ...NODE, attempt: 2 }).host;
  const host = await startHost({ hostKey: other.privateOpenSsh });
  try {
    const error = await openSession(host.target).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(HostKeyMismatchError);
    expect(String(error)).toMatch(/proved host key SHA256:\S+ instead of SHA256:\S+; not connected/);
    expect(host.logins).toEqual([]);
  } finally {
    await host.close();
  }
});

test('a login that is refused is unreachable, in words, and offers nothing but the key', async () => {
  const host = await startHost({ authorized: deriveKeys(Buffer.alloc(32, 9), NODE).client.publicOpenSsh });
  try {
    const error = await openSession(host.target).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(UnreachableError);
    expect(String(error)).toMatch(/does not accept the run's key for ubuntu/);
    expect(new Set(host.logins)).toEqual(new Set(['publickey ubuntu']));
  } finally {
    await host.close();
  }
});

test('nobody listening is unreachable at once', async () => {
  const host = await startHost();
  await host.close();
  // Not its own port, which others may have by now.
  const error = await openSession({ ...host.target, port: 1 }).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(UnreachableError);
  expect(String(error)).toMatch(/ECONNREFUSED/);
});

describe('a server that accepts and never speaks', () => {
  const sockets = new Set<Socket>();
  const silent = createServer((socket) => sockets.add(socket.on('error', () => {})));
  beforeAll(() => new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve)));
  afterAll(
    () =>
      new Promise<void>((resolve) => {
        for (const socket of sockets) socket.destroy();
        silent.close(() => resolve());
      }),
  );
  const target = () => {
    const keys = deriveKeys(SECRET, NODE);
    const { port } = silent.address() as AddressInfo;
    return {
      address: '127.0.0.1',
      port,
      user: 'ubuntu',
      privateKey: keys.client.privateOpenSsh,
      hostKey: keys.host.publicOpenSsh,
    };
  };

  test('is given up after the time', async () => {
    const error = await openSession(target(), { connectTimeoutSeconds: 0.2 }).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(UnreachableError);
    expect(String(error)).toMatch(/no session within 0.2 s/);
  });

  test('is given up when asked', async () => {
    const abort = new AbortController();
    const opening = openSession(target(), { signal: abort.signal });
    const why = new Error('enough');
    abort.abort(why);
    await expect(opening).rejects.toBe(why);
    await expect(openSession(target(), { signal: abort.signal })).rejects.toBe(why);
  });
});

test('an expected key that is none is refused before connecting', async () => {
  const keys = deriveKeys(SECRET, NODE);
  const target = { address: '127.0.0.1', port: 1, user: 'u', privateKey: keys.client.privateOpenSsh, hostKey: '' };
  await expect(openSession(target)).rejects.toThrow(/not an OpenSSH public key/);
});

test('what is refused before there is a connection is said in words', async () => {
  const keys = deriveKeys(SECRET, NODE);
  const target = {
    address: '127.0.0.1',
    port: 1,
    user: undefined as unknown as string,
    privateKey: keys.client.privateOpenSsh,
    hostKey: keys.host.publicOpenSsh,
  };
  const error = await openSession(target).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(UnreachableError);
  expect(String(error)).toMatch(/username must be a valid string/);
});
