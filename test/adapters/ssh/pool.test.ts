import {
  createSessionPool,
  deriveKeys,
  type HostAddress,
  HostKeyMismatchError,
  UnreachableError,
} from '../../../adapters/ssh';
import { NODE, SECRET, startHost, until } from './support/host';

const keysOf = (node: typeof NODE) => deriveKeys(SECRET, node);

async function withPool(
  work: (
    pool: ReturnType<typeof createSessionPool>,
    at: HostAddress,
    host: Awaited<ReturnType<typeof startHost>>,
  ) => Promise<void>,
  idleSeconds = 30,
): Promise<void> {
  const host = await startHost();
  const pool = createSessionPool({ keysOf, idleSeconds });
  const { address, port, user } = host.target;
  try {
    await work(pool, { node: NODE, address, port, user }, host);
  } finally {
    pool.close();
    await host.close();
  }
}

test('steps of a node share one connection, also when they ask at once', () =>
  withPool(async (pool, at, host) => {
    const echo = (word: string) => pool.use(at, (session) => session.exec(`echo ${word}`));
    const [a, b] = await Promise.all([echo('a'), echo('b')]);
    expect([a.stdout, b.stdout, (await echo('c')).stdout]).toEqual(['a\n', 'b\n', 'c\n']);
    expect(host.connections.size).toBe(1);
    expect(host.logins.length).toBeLessThanOrEqual(2);
  }));

test('an unused connection is closed after its idle time, a used one is not', () =>
  withPool(async (pool, at, host) => {
    await pool.use(at, (session) => session.exec('sleep 0.5'));
    expect(host.connections.size).toBe(1);
    await until('closed', () => host.connections.size === 0);
  }, 0.2));

test('after a lost connection the next step connects anew', () =>
  withPool(async (pool, at, host) => {
    await pool.use(at, async (session) => {
      host.cut();
      await session.closed;
    });
    expect((await pool.use(at, (session) => session.exec('echo back'))).stdout).toBe('back\n');
  }));

test('a failed connection is not kept', () =>
  withPool(async (pool, at, host) => {
    const nowhere = { ...at, port: 1 };
    await expect(pool.use(nowhere, async () => 0)).rejects.toBeInstanceOf(UnreachableError);
    await expect(pool.use({ ...at, node: { ...NODE, attempt: 2 } }, async () => 0)).rejects.toBeInstanceOf(
      HostKeyMismatchError,
    );
    expect(await pool.use(at, async () => 1)).toBe(1);
    expect(host.connections.size).toBe(1);
  }));

test('who gives up waiting does not take the connection from others', () =>
  withPool(async (pool, at) => {
    const abort = new AbortController();
    const why = new Error('enough');
    const given = pool.use(at, async () => 'never', { signal: abort.signal });
    const other = pool.use(at, async (session) => (await session.exec('echo on')).stdout);
    abort.abort(why);
    await expect(given).rejects.toBe(why);
    await expect(other).resolves.toBe('on\n');
  }));

test('dropped and closed connections end', () =>
  withPool(async (pool, at, host) => {
    await pool.use(at, async () => 0);
    pool.drop({ ...NODE, attempt: 2 });
    expect(host.connections.size).toBe(1);
    pool.drop(NODE);
    await until('dropped', () => host.connections.size === 0);
    await pool.use(at, async () => 0);
    pool.close();
    await until('closed', () => host.connections.size === 0);
    await expect(pool.use(at, async () => 0)).rejects.toThrow(/closed/);
  }));
