import type { Command } from 'commander';
import { action, examples } from '../../shared/command';
import { withClient } from '../../shared/session';

export function register(command: Command): void {
  command
    .usage('RUN [-- ARGS…]')
    .argument('<run>', 'id, unique prefix, or name (the newest)')
    .action(
      action(
        async (context, asked: string) => {
          const { openSsh } = await import('./action.js');
          const target = await withClient(context, async (client) => {
            const handle = await client.get(asked);
            return { view: await handle.status(), home: client.settings.home };
          });
          return openSsh(target.view, target.home, context.rest);
        },
        { rest: true },
      ),
    );
  examples(command, [
    ['trainctl ssh digits-7k2f', 'a shell on its instance'],
    ['trainctl ssh digits-7k2f -- nvidia-smi', 'one command'],
    ['trainctl ssh digits-7k2f -- -L 6006:localhost:6006', 'TensorBoard at http://localhost:6006'],
  ]);
}
