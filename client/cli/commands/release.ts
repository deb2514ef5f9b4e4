import type { Command } from 'commander';
import { action, examples, withJson } from '../shared/command';
import { withClient } from '../shared/session';

export function register(command: Command): void {
  withJson(command)
    .argument('<run>', 'id, unique prefix, or name (the newest)')
    .action(
      action(async (context, asked: string) => {
        return withClient(context, async (client) => {
          const handle = await client.get(asked);
          await handle.release();
          if (context.out.json) context.out.value({ run: handle.run, released: true });
          else
            context.out.line(
              `${handle.run} is released, its instance is being ended: trainctl status ${handle.run} --wait`,
            );
          return 0;
        });
      }),
    );
  examples(command, [['trainctl release digits-7k2f', 'nobody needs its instance any more (hold in the spec)']]);
}
