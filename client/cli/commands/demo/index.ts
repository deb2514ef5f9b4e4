import type { Command } from 'commander';
import { action, examples, withJson } from '../../shared/command';

export function register(command: Command): void {
  withJson(command)
    .option('--keep', 'leave the servers up afterwards')
    .action(
      action(async (context, flags: { keep?: boolean }) => {
        const { demo } = await import('./action.js');
        return demo(context, flags);
      }),
    );
  examples(command, [
    ['trainctl demo', 'always on the local cloud: nothing can be billed'],
    ['trainctl demo --keep', 'then look around: trainctl stack env, the Temporal UI'],
  ]);
}
