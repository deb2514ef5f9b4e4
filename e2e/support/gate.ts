import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** Holds commands of hosts until the test lets them go on: hosts of the local cloud share a file system. */
export interface Gate {
  /** There once it is open. */
  file: string;
  /** In shell. */
  waits: string;
  open(): void;
}

export function gate(): Gate {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'trainctl-gate-'));
  folders.push(folder);
  const file = path.join(folder, 'open');
  return { file, waits: `until [ -e '${file}' ]; do sleep 0.1; done`, open: () => writeFileSync(file, '') };
}
