import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ScenarioResult, StackState } from '../../contract';
import type * as LocalStack from '../../local/stack';
import type { Copy } from './copy';
import type { Order } from './driver';

/** How long one scenario may take, milliseconds; one that hangs is ended. */
const SCENARIO_MS = 6 * 60_000;

/** How much of an operator's patience is enough to see whether something comes: minutes become some tens of seconds. */
const PATIENCE = Number(process.env.TRAINCTL_MUTANTS_PATIENCE ?? 0.15);

/** Secrets that runs of multi-instance may ask for: workers take them from their environment, and who starts runs asks whether they may. */
export function allowSecrets(): void {
  const names = Array.from({ length: 5 }, (_, i) => `SUITE_SECRET_${i + 1}`);
  for (const name of names) process.env[name] = randomBytes(16).toString('hex');
  process.env.TRAINCTL_SECRETS_ALLOW = names.join();
}

/** A stack of a copy's own: servers for all mutants, and a worker that is started anew for those that it must have. */
export class CopyStack {
  readonly home = mkdtempSync(path.join(os.tmpdir(), 'trainctl-mutants-home-'));
  private readonly parts: typeof LocalStack;
  private state: StackState | undefined;

  constructor(private readonly copy: Copy) {
    this.parts = require(path.join(copy.root, 'dist/local/stack')) as typeof LocalStack;
  }

  /** Starts what is not there. */
  async up(): Promise<void> {
    this.state = (await this.parts.startStack({ home: this.home, detach: true })).state;
  }

  /** A worker of the copy as it is now. */
  async restartWorker(): Promise<void> {
    const pid = this.state?.worker?.pid;
    if (pid !== undefined) {
      process.kill(pid, 'SIGKILL');
      while (lives(pid)) await sleep(20);
    }
    await this.up();
  }

  /** One scenario of a suite, by the code of the copy. */
  run(scenario: string, tag: string): Promise<ScenarioResult> {
    const order: Order = { scenario, tag, copy: this.copy.root, patience: PATIENCE };
    const register = path.join(__dirname, '../../test/support/register.js');
    const args = ['-r', register, path.join(__dirname, 'driver.ts'), JSON.stringify(order)];
    const env = { ...process.env, TRAINCTL_HOME: this.home };
    return new Promise((resolve, reject) => {
      const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: SCENARIO_MS, env });
      const out: Buffer[] = [];
      const err: Buffer[] = [];
      child.stdout.on('data', (piece: Buffer) => out.push(piece));
      child.stderr.on('data', (piece: Buffer) => err.push(piece));
      child.once('error', reject);
      child.once('close', (code, signal) => {
        const last = Buffer.concat(out).toString('utf8').trim().split('\n').at(-1) ?? '';
        try {
          resolve(JSON.parse(last) as ScenarioResult);
        } catch {
          const said = Buffer.concat(err).toString('utf8').slice(-2000);
          reject(new Error(`${scenario} gave no result (${signal ?? `exit ${code}`}): ${said}`));
        }
      });
    });
  }

  async down(): Promise<void> {
    await this.parts.stopStack(this.home);
    await rm(this.home, { recursive: true, force: true, maxRetries: 20 });
  }
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
