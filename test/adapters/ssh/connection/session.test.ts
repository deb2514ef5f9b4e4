import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';
import path from 'node:path';
import { Client } from 'ssh2';
import { ConnectionLostError, type HostSession, openSession, TooMuchOutputError } from '../../../../adapters/ssh';
import { startHost, until } from '../support/host';

let host: Awaited<ReturnType<typeof startHost>>;
let session: HostSession;
beforeAll(async () => {
  host = await startHost();
});
beforeEach(async () => {
  session = await openSession(host.target);
});
afterEach(() => session.close());
afterAll(() => host.close());

test('a command gives its output and its code', async () => {
  const result = await session.exec('echo out; echo err >&2; exit 3');
  expect(result).toEqual({ code: 3, stdout: 'out\n', stderr: 'err\n' });
});

test('a command that ends as it starts has its code, too', async () => {
  expect(await session.exec('exit-at-once 4')).toMatchObject({ code: 4 });
  const command = await session.spawn('exit-at-once 5');
  expect(await command.closed).toMatchObject({ code: 5 });
});

test('a command that a signal ends says which', async () => {
  expect(await session.exec('kill -9 $$')).toMatchObject({ code: null, signal: 'SIGKILL' });
});

test('stdin goes in whole, and ends', async () => {
  const content = randomBytes(3_000_000);
  const result = await session.exec('sha256sum', { stdin: content });
  const { createHash } = await import('node:crypto');
  expect(result.stdout.split(' ')[0]).toBe(createHash('sha256').update(content).digest('hex'));
});

test('a command that ends without reading its stdin has its code', async () => {
  expect(await session.exec('exit 7', { stdin: Buffer.alloc(5 * 1024 * 1024) })).toMatchObject({ code: 7 });
  expect((await session.exec('wc -c', { stdin: '' })).stdout.trim()).toBe('0');
});

test('a connection that is cut while stdin goes in is lost, and nothing else fails', async () => {
  const unhandled = jest.fn();
  process.on('unhandledRejection', unhandled).on('uncaughtException', unhandled);
  try {
    const before = host.children.size;
    const running = session.exec('sleep 600', { stdin: Buffer.alloc(5 * 1024 * 1024) });
    const failure = running.catch((e: unknown) => e);
    await until('it runs', () => host.children.size > before);
    host.cut();
    expect(await failure).toBeInstanceOf(ConnectionLostError);
    await session.closed;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(unhandled).not.toHaveBeenCalled();
  } finally {
    process.off('unhandledRejection', unhandled).off('uncaughtException', unhandled);
  }
});

test('output that comes after the exit of the command is not lost', async () => {
  const result = await session.exec('(sleep 0.3; echo late) & echo early');
  expect(result.stdout).toBe('early\nlate\n');
});

test('lines come one by one, whole characters, the last without newline too', async () => {
  const lines: string[] = [];
  const command = "printf 'a\\r\\n\\303'; sleep 0.1; printf '\\244b\\nlast'";
  const result = await session.exec(command, { onLine: (line) => lines.push(line) });
  expect(lines).toEqual(['a', 'äb', 'last']);
  expect(result.stdout).toBe('');
});

test('of long output the end is kept', async () => {
  const result = await session.exec("head -c 3000000 /dev/zero | tr '\\0' x; echo end");
  expect(result.stdout).toHaveLength(1024 * 1024);
  expect(result.stdout.endsWith('xend\n')).toBe(true);
});

test('a command that never stops writing is ended, and fills no memory', async () => {
  const before = host.children.size;
  const failure = await session.exec('yes').catch((e: unknown) => e);
  expect(failure).toBeInstanceOf(TooMuchOutputError);
  expect((failure as Error).message).toContain('more than 64 MiB of output: yes');
  await until('the command has ended', () => host.children.size === before);
});

test('an aborted command is ended on the host, and the session goes on', async () => {
  const before = host.children.size;
  const abort = new AbortController();
  const why = new Error('enough');
  const running = session.exec('sleep 600', { signal: abort.signal });
  await until('it runs', () => host.children.size > before);
  abort.abort(why);
  await expect(running).rejects.toBe(why);
  await until('the command has ended', () => host.children.size === before);
  expect((await session.exec('echo still')).stdout).toBe('still\n');
  await expect(session.exec('touch never', { signal: abort.signal })).rejects.toBe(why);
  expect(existsSync(path.join(host.home, 'never'))).toBe(false);
});

test('an error of the line handler ends the command and is thrown', async () => {
  const running = session.exec('echo x; sleep 600', {
    onLine: () => {
      throw new Error('no such line');
    },
  });
  await expect(running).rejects.toThrow('no such line');
});

test('a connection that ends takes its commands with it, and says so', async () => {
  const running = session.exec('sleep 600').catch((e: unknown) => e);
  await until('it runs', () => host.commands.includes('sleep 600') && host.children.size > 0);
  host.cut();
  expect(await running).toBeInstanceOf(ConnectionLostError);
  await session.closed;
  await expect(session.exec('echo x')).rejects.toBeInstanceOf(ConnectionLostError);
});

test('a spawned command takes input and gives lines until it is killed', async () => {
  const process = await session.spawn('while read -r line; do echo "got $line"; done; echo bye >&2; exit 4');
  const lines = process.lines[Symbol.asyncIterator]();
  process.stdin.write('one\n');
  expect(await lines.next()).toEqual({ done: false, value: 'got one' });
  process.stdin.write('two\n');
  expect(await lines.next()).toEqual({ done: false, value: 'got two' });
  process.stdin.end();
  expect(await lines.next()).toMatchObject({ done: true });
  expect(await process.closed).toEqual({ code: 4, stderr: 'bye\n' });

  const other = await session.spawn('sleep 600');
  other.kill();
  expect((await other.closed).code).not.toBe(0);
});

test('a slow reader gets every line of a fast writer', async () => {
  const process = await session.spawn('seq 1 200000');
  let expected = 0;
  for await (const line of process.lines) {
    expected += 1;
    if (line !== String(expected)) throw new Error(`${line} instead of ${expected}`);
    if (expected % 50000 === 0) await new Promise((resolve) => setTimeout(resolve, 50));
  }
  expect(expected).toBe(200000);
});

test('a reader that stops makes a writer that stays wait', async () => {
  const filler = 'x'.repeat(700);
  const process = await session.spawn(`seq -f '%.0f ${filler}' 1 10000; touch all-written`);
  const written = path.join(host.home, 'all-written');
  await new Promise((resolve) => setTimeout(resolve, 1500));
  expect(existsSync(written)).toBe(false);
  let last = '';
  for await (const line of process.lines) last = line;
  expect(last).toBe(`10000 ${filler}`);
  expect(existsSync(written)).toBe(true);
});

test('a command costs one channel and one request, a file as much; nothing else is asked of the server', async () => {
  const before = host.requests.length;
  await session.exec('true', { stdin: 'x' });
  await session.putFile(Buffer.from('x'), 'a/file', 0o600);
  await (await session.spawn('true')).closed;
  const asked = host.requests.slice(before);
  expect(asked).toEqual(['session', 'exec', 'session', 'exec', 'session', 'exec']);
});

test('a connection that ends while commands begin loses them all, in words', async () => {
  const own = await openSession(host.target);
  const begun = [own.exec('sleep 600'), own.spawn('sleep 600'), own.exec('sleep 600')];
  own.close();
  for (const one of begun) await expect(one).rejects.toThrow(/ended \(closed by us\) before: sleep 600/);
  await expect(own.exec('true')).rejects.toBeInstanceOf(ConnectionLostError);
  await expect(own.spawn('true')).rejects.toBeInstanceOf(ConnectionLostError);
});

test('a file is placed whole, with its mode, whatever its name', async () => {
  const content = randomBytes(300_000);
  const name = 'deep/er/it\'s a "file" $HOME `x`\n.bin';
  await session.putFile(content, name, 0o640);
  const file = path.join(host.home, name);
  expect(readFileSync(file).equals(content)).toBe(true);
  expect(statSync(file).mode & 0o777).toBe(0o640);
  expect(readdirSync(path.dirname(file))).toHaveLength(1);
});

test('a file that cannot be written leaves nothing and says why', async () => {
  await session.exec('mkdir -p taken/name && touch taken/name/x');
  await expect(session.putFile(Buffer.from('x'), 'taken/name/x/y', 0o600)).rejects.toThrow(/could not be written/);
  expect((await session.exec('ls taken/name')).stdout).toBe('x\n');
});

test('a link that went dead is noticed within 15 s', async () => {
  const sockets = new Set<Socket>();
  let dead = false;
  const proxy = createServer((near) => {
    const far = connect(host.target.port, '127.0.0.1');
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('error', () => {});
      from.on('data', (data) => {
        if (!dead) to.write(data);
      });
    }
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const { port } = proxy.address() as AddressInfo;
  const connecting = jest.spyOn(Client.prototype, 'connect');
  const far = await openSession({ ...host.target, port });
  try {
    // By its settings: what a busy machine takes longer says nothing.
    const { keepaliveInterval = 0, keepaliveCountMax = 3 } = connecting.mock.calls[0]?.[0] ?? {};
    expect(keepaliveInterval).toBeGreaterThan(0);
    expect(keepaliveInterval * (keepaliveCountMax + 1)).toBeLessThan(15_000);
    const running = far.exec('sleep 600').catch((e: unknown) => e);
    dead = true;
    await expect(far.closed).resolves.toMatch(/keepalive/i);
    expect(await running).toBeInstanceOf(ConnectionLostError);
  } finally {
    connecting.mockRestore();
    far.close();
    for (const socket of sockets) socket.destroy();
    await new Promise<void>((resolve) => proxy.close(() => resolve()));
  }
});
