import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { hasEnded } from '../../../../local/stack/machine/processes';
import { guarded } from '../../../../local/stack/parts/guarded';

/** As long as a slow machine may take; what is waited for takes a second or two. */
const LIMIT_SECONDS = 60;
jest.setTimeout(2 * LIMIT_SECONDS * 1000);

interface Guard {
  child: ChildProcess;
  server: number;
  /** Why it ended its server, by its own word; undefined when it never said. */
  why: Promise<string | undefined>;
  exit: Promise<unknown[]>;
}

let home: string;
let guard: Guard;
beforeEach(async () => {
  home = mkdtempSync(path.join(os.tmpdir(), 'trainctl-guard-'));
  guard = await guarding(['sleep', '600']);
});
afterEach(async () => {
  rmSync(home, { recursive: true, force: true });
  guard.child.kill('SIGKILL');
  if (!(await hasEnded(guard.server, 0))) process.kill(guard.server, 'SIGKILL');
});

test('told to end, it ends its server, and ends as that ended', async () => {
  guard.child.kill('SIGTERM');
  expect(await guard.exit).toEqual([null, 'SIGTERM']);
  expect(await hasEnded(guard.server, LIMIT_SECONDS)).toBe(true);
});

test('whoever started it is gone without a word', async () => {
  guard.child.stdin?.end();
  expect(await guard.why).toBe('whoever started the stack is gone');
  expect(await hasEnded(guard.server, LIMIT_SECONDS)).toBe(true);
  await guard.exit;
});

test('kept, it outlives who started it, and ends its server when the home is gone', async () => {
  guard.child.stdin?.end('keep\n');
  rmSync(home, { recursive: true });
  expect(await guard.why).toBe(`${home} is gone`);
  expect(await hasEnded(guard.server, LIMIT_SECONDS)).toBe(true);
  await guard.exit;
});

// The kernel does this, and only Linux's.
(process.platform === 'linux' ? test : test.skip)('killed itself, it takes its server with it', async () => {
  guard.child.kill('SIGKILL');
  expect(await guard.exit).toEqual([null, 'SIGKILL']);
  expect(await hasEnded(guard.server, LIMIT_SECONDS)).toBe(true);
});

/** A guard of this home that has started its server. */
async function guarding(server: string[]): Promise<Guard> {
  const { command, args } = await guarded([home], server);
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  // What has ended hears nothing more.
  child.stdin.on('error', () => undefined);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const exit = once(child, 'exit');
  const next = async (): Promise<Record<string, unknown> | undefined> => {
    const { done, value } = await lines.next();
    return done ? undefined : (JSON.parse(value) as Record<string, unknown>);
  };
  const first = await next();
  if (typeof first?.server !== 'number') throw new Error(`no server: ${JSON.stringify(first)}`);
  return { child, server: first.server, exit, why: next().then((said) => said?.guard as string | undefined) };
}
