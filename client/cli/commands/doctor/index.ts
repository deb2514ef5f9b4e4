import type { Command } from 'commander';
import { action, examples, withJson } from '../../shared/command';

export function register(command: Command): void {
  withJson(command).action(
    action(async (context) => {
      const { doctor } = await import('./action.js');
      return doctor(context);
    }),
  );
  examples(command, [['trainctl doctor', 'exits 1 when something needed is missing']]);
}
