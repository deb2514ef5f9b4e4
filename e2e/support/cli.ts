import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';

export interface CliResult {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface CliOptions {
  cwd?: string;
  env?: Record<string, string | undefined>;
  input?: string;
  /** Another built copy of the CLI. */
  main?: string;
}

const MAIN = path.join(__dirname, '../../dist/client/cli/main.js');

/** Starts the compiled CLI as a user would, in a pipe. */
export function spawnCli(args: string[], options: CliOptions = {}): ChildProcess {
  return spawn(process.execPath, [options.main ?? MAIN, ...args], {
    cwd: options.cwd ?? process.cwd(),
    env: { ...process.env, NO_COLOR: '1', ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}

/** Runs the compiled CLI to its end. */
export function trainctl(args: string[], options: CliOptions = {}): Promise<CliResult> {
  return new Promise((resolve, reject) => {
    const child = spawnCli(args, options);
    let stdout = '';
    let stderr = '';
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      stdout += chunk;
    });
    child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      stderr += chunk;
    });
    child.stdin?.end(options.input ?? '');
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}

/** What a command said that must succeed; else what it said is in the error. */
export async function succeeded(ended: Promise<CliResult>): Promise<CliResult> {
  const { code, stdout, stderr } = await ended;
  if (code !== 0) throw new Error(`exit ${code}\n${stdout.slice(-1000)}\n${stderr.slice(-3000)}`);
  return { code, stdout, stderr };
}

/** The last line of stdout that is JSON: the result of commands that follow a run. */
export function lastJson<T>(result: CliResult): T {
  const line = result.stdout.trim().split('\n').at(-1) ?? '';
  try {
    return JSON.parse(line) as T;
  } catch {
    throw new Error(`no JSON in the last line of stdout: ${line}\n${result.stderr}`);
  }
}
