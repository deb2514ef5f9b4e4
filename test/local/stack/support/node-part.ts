import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { endProcess } from '../../../../local/stack/machine/processes';
import { type Part, startPart } from '../../../../local/stack/parts/start-part';

export let home: string;
const parts: Part[] = [];
beforeEach(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'trainctl-parts-'));
});
afterEach(async () => {
  for (const part of parts.splice(0)) await endProcess(part.pid, 0);
  await rm(home, { recursive: true, force: true, maxRetries: 10 });
});

/** A part of a stack that runs this code; it and its home end with the test. */
export async function node(code: string): Promise<Part> {
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

export const STAY = 'setInterval(() => {}, 1000);';
