import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { endProcess, isAlive, isOurs } from '../../../../local/stack/machine/processes';
import { type Part, startPart } from '../../../../local/stack/parts/start-part';

let home: string;
const parts: Part[] = [];
beforeEach(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'trainctl-parts-'));
});
afterEach(async () => {
  for (const part of parts.splice(0)) await endProcess(part.pid, 0);
  await rm(home, { recursive: true, force: true });
});

async function node(code: string): Promise<Part> {
  const part = await startPart({
    name: 'thing',
    home,
    command: process.execPath,
    args: ['-e', code, '--', home],
    env: process.env,
    detach: false,
  });
  parts.push(part);
  return part;
}

const STAY = 'setInterval(() => {}, 1000);';

test('TERM ends a part; one that ignores it is killed', async () => {
  const polite = await node(`console.log('{"ready":true}'); ${STAY}`);
  await polite.ready(20);
  const left = new Promise((resolve) => polite.child.once('exit', (_code, signal) => resolve(signal)));
  await endProcess(polite.pid);
  expect(await left).toBe('SIGTERM');
  expect(isAlive(polite.pid)).toBe(false);

  const stubborn = await node(`process.on('SIGTERM', () => {}); console.log('{"ready":true}'); ${STAY}`);
  await stubborn.ready(20);
  const ended = new Promise((resolve) => stubborn.child.once('exit', (_code, signal) => resolve(signal)));
  await endProcess(stubborn.pid, 0.3);
  expect(await ended).toBe('SIGKILL');
});

test('a process is ours by its command line, not by its number', async () => {
  const part = await node(`console.log('{"ready":true}'); ${STAY}`);
  await part.ready(20);
  expect(await isOurs(part.pid, home)).toBe(true);
  expect(await isOurs(part.pid, 'somebody-else')).toBe(false);
});
