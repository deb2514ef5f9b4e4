import type { Command } from 'commander';
import { runWord, shownId } from '../../../contract';
import { action, examples, withJson } from '../shared/command';
import { OPEN_RUN, runAsked } from '../shared/run-asked';
import { withClient } from '../shared/session';
import { waiting } from '../terminal/waiting';

export function register(command: Command): void {
  withJson(command)
    .argument('[run]', OPEN_RUN)
    .action(
      action(async (context, asked: string | undefined) => {
        return withClient(context, async (client) => {
          const handle = await runAsked(context, client, asked, { open: true });
          await handle.release(waiting(context.out, handle.run));
          if (context.out.json) context.out.value({ run: handle.run, released: true });
          else
            context.out.line(
              `${shownId(handle.run)} is released, its instance is being ended: trainctl status ${runWord(handle.run)} --wait`,
            );
          return 0;
        });
      }),
    );
  examples(command, [['trainctl release digits-7k2f', 'nobody needs its instance any more (hold in the spec)']]);
}
