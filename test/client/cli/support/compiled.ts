import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const ROOT = path.resolve(__dirname, '../../../..');

export interface Finished {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** The command line as it is shipped, bundled into a folder of its own, with an empty home. */
export class CompiledCli {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'trainctl-cli-'));
  readonly home = path.join(this.folder, 'home');
  readonly main = path.join(this.folder, 'dist/client/cli/main.js');

  constructor() {
    for (const name of ['node_modules', 'package.json'])
      symlinkSync(path.join(ROOT, name), path.join(this.folder, name));
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
