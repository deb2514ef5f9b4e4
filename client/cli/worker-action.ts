import { spawn } from 'node:child_process';
import { workerCommand } from '../../local/stack';

/** Runs the worker as a child of this process: its output is ours, and so are the signals we get. */
export function runWorker(): Promise<number> {
  const { command, args } = workerCommand();
  const child = spawn(command, args, { stdio: 'inherit' });
  const forward = (signal: NodeJS.Signals) => (): void => {
    // ctrl-C reaches the whole process group by itself; a second one here would skip the graceful shutdown.
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
  };
  const handlers = (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map((signal) => [signal, forward(signal)] as const);
  for (const [signal, handler] of handlers) process.on(signal, handler);
  return new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? (signal ? 1 : 0)));
  }).finally(() => {
    for (const [signal, handler] of handlers) process.off(signal, handler);
  });
}
