import type { Command } from 'commander';
import { action, examples } from '../../shared/command';
import { OPEN_RUN, runAsked } from '../../shared/run-asked';
import { withClient } from '../../shared/session';

export function register(command: Command): void {
  command
    .usage('[RUN] [-- ARGS…]')
    .argument('[run]', OPEN_RUN)
    .action(
      action(
        async (context, asked: string | undefined) => {
          const { openSsh } = await import('./action.js');
          const target = await withClient(context, async (client) => {
            const handle = await runAsked(context, client, asked, { open: true });
            return { view: await handle.status(), home: client.settings.home };
          });
          return openSsh(target.view, target.home, context.rest);
        },
        { rest: true },
      ),
    );
  examples(command, [
    ['trainctl ssh digits-7k2f', 'a shell on its instance, in the code, with the run’s environment'],
    ['trainctl ssh digits-7k2f -- nvidia-smi', 'one command, there'],
    ['trainctl ssh digits-7k2f -- -L 6006:localhost:6006', 'TensorBoard at http://localhost:6006'],
  ]);
}
