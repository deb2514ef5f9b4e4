import { spawn } from 'node:child_process';

export interface CommandResult {
  code: number | null;
  stdout: string;
  /** The last 64 KiB. */
  stderr: string;
}

export interface CommandOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** Called with each line of stdout and stderr as it comes. */
  onLine?: (line: string) => void;
  /** Default: none. */
  timeoutSeconds?: number;
}

const KEEP = 64 * 1024;

/** Runs a program to its end. A program that is not there, or did not start, answers with code 127 and the reason. */
export function runCommand(command: string, args: string[], options: CommandOptions = {}): Promise<CommandResult> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    const timer = options.timeoutSeconds
      ? setTimeout(() => child.kill('SIGKILL'), options.timeoutSeconds * 1000)
      : undefined;
    const lines = (keep: (text: string) => void) => {
      let rest = '';
      return (chunk: string) => {
        keep(chunk);
        const parts = (rest + chunk).split('\n');
        rest = parts.pop() ?? '';
        for (const line of parts) options.onLine?.(line);
      };
    };
    child.stdout.setEncoding('utf8').on(
      'data',
      lines((chunk) => {
        stdout += chunk;
      }),
    );
    child.stderr.setEncoding('utf8').on(
      'data',
      lines((chunk) => {
        stderr = (stderr + chunk).slice(-KEEP);
      }),
    );
    child.once('error', (error) => {
      clearTimeout(timer);
      resolve({ code: 127, stdout, stderr: error.message });
    });
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve({ code, stdout, stderr });
    });
  });
}
