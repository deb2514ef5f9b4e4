import { spawn } from 'node:child_process';
import type { Command } from 'commander';
import { workerCommand } from '../../../../local/stack';
import { action, examples, withJson } from '../../shared/command';
import { readySettings } from '../../shared/session';

export function register(command: Command): void {
  withJson(command)
    .option('--join', 'ask for the secret of the installation first, and keep it in this home')
    .action(
      action(async (context, flags: { join?: boolean }) => {
        const settings = readySettings(context.env);
        if (flags.join) {
          const { join } = await import('./join.js');
          await join(context, settings);
        }
        return runWorker(context.out.json ? ['--json'] : []);
      }),
    );
  examples(command, [
    ['trainctl worker', 'against the Temporal server of the settings; ends on SIGTERM, handing its runs over'],
    ['TEMPORAL_ADDRESS=temporal:7233 trainctl worker', 'against a shared server'],
    ['ssh HOST cat .trainctl/secret | trainctl worker --join', 'a second machine of an installation'],
  ]);
}

/** Runs the worker as a child of this process: its output is ours, and so are the signals we get. */
function runWorker(flags: string[]): Promise<number> {
  const { command, args } = workerCommand();
  const child = spawn(command, [...args, ...flags], { stdio: 'inherit' });
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
