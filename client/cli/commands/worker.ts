import { spawn } from 'node:child_process';
import type { Command } from 'commander';
import { workerCommand } from '../../../local/stack';
import { action, examples } from '../shared/command';
import { readySettings } from '../shared/session';

export function register(command: Command): void {
  command.action(
    action(async (context) => {
      readySettings(context.env);
      return runWorker();
    }),
  );
  examples(command, [
    ['trainctl worker', 'against the Temporal server of the settings; ends on SIGTERM, handing its runs over'],
    ['TEMPORAL_ADDRESS=temporal:7233 trainctl worker', 'against a shared server'],
  ]);
}

/** Runs the worker as a child of this process: its output is ours, and so are the signals we get. */
function runWorker(): Promise<number> {
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
