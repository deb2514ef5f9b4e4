import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { endProcess } from '../../../../local/stack/machine/processes';
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

test('the ready line is what the part prints as JSON', async () => {
  const part = await node(`console.log('starting'); console.log(JSON.stringify({ url: 'http://x' })); ${STAY}`);
  expect(await part.ready(20)).toEqual({ url: 'http://x' });
});

test('a part that ends before it is ready is reported with the end of its log', async () => {
  const part = await node(`console.error('port is taken'); process.exit(3)`);
  await expect(part.ready(20)).rejects.toThrow(/thing ended before it was ready[\s\S]*port is taken/);
});

test('a program that is not there is a plain error', async () => {
  const options = { name: 'thing', home, command: '/nonexistent/x', args: [], env: {}, detach: false };
  await expect(startPart(options)).rejects.toThrow(/thing could not be started: .*ENOENT/);
});
