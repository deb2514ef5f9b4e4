import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const ROOT = path.resolve(__dirname, '../../../..');

export interface Finished {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** What the command line is bundled from. */
const SOURCES = [
  'client',
  'contract',
  'local',
  'adapters',
  'e2e/scenarios',
  'e2e/reports',
  'scripts',
  'package-lock.json',
];
const BUILT = path.join(ROOT, 'dist/client/cli');

/** Of a file, or of all files of a folder; a folder's own date moves with what Python keeps there. Milliseconds. */
function lastChange(file: string): number {
  const found = statSync(file);
  if (!found.isDirectory()) return found.mtimeMs;
  const inside = readdirSync(file).filter((name) => name !== '__pycache__');
  return Math.max(0, ...inside.map((name) => lastChange(path.join(file, name))));
}

/** Whether the build has bundled what stands in the sources: then it need not be done again for each test file. */
function isBuilt(): boolean {
  const main = path.join(BUILT, 'main.js');
  const built = existsSync(main) ? statSync(main).mtimeMs : 0;
  return SOURCES.every((name) => lastChange(path.join(ROOT, name)) < built);
}

/** The command line as it is shipped, bundled into a folder of its own, with an empty home. */
export class CompiledCli {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'trainctl-cli-'));
  readonly home = path.join(this.folder, 'home');
  readonly main = path.join(this.folder, 'dist/client/cli/main.js');

  constructor() {
    for (const name of ['node_modules', 'package.json'])
      symlinkSync(path.join(ROOT, name), path.join(this.folder, name));
    if (isBuilt()) {
      cpSync(BUILT, path.dirname(this.main), { recursive: true });
      return;
    }
    const script = `import { bundleCli } from ${JSON.stringify(path.join(ROOT, 'scripts/bundle-cli.mjs'))};
      await bundleCli(${JSON.stringify(path.join(this.folder, 'dist'))});`;
    spawnSync(process.execPath, ['--input-type=module', '-e', script], { stdio: 'inherit' });
  }

  /** Runs one command to its end. Nothing of this shell's settings reaches it but what is given. */
  run(args: string[], env: NodeJS.ProcessEnv = {}, cwd = this.folder): Promise<Finished> {
    const child = spawn(process.execPath, [this.main, ...args], {
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env.PATH, HOME: this.folder, TRAINCTL_HOME: this.home, ...env },
    });
    const text = { stdout: '', stderr: '' };
    child.stdout.on('data', (chunk: Buffer) => {
      text.stdout += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      text.stderr += chunk.toString();
    });
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve({ code, ...text }));
    });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
