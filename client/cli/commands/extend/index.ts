import type { Command } from 'commander';
import { shownId } from '../../../../contract';
import { action, examples, withJson } from '../../shared/command';
import { OPEN_RUN, runAsked } from '../../shared/run-asked';
import { withClient } from '../../shared/session';
import { usd } from '../../terminal/format';
import { waiting } from '../../terminal/waiting';

interface ExtendFlags {
  duration?: string;
  cost?: string;
}

export function register(command: Command): void {
  withJson(command)
    .argument('[run]', OPEN_RUN)
    .option('--duration <time>', 'add so much time, such as +2h or 90m; a held instance is kept that much longer')
    .option('--cost <dollars>', 'add so many dollars, such as +5')
    .action(
      action(async (context, asked: string | undefined, flags: ExtendFlags) => {
        const { extendArgs } = await import('./args.js');
        const args = extendArgs(flags);
        return withClient(context, async (client) => {
          const handle = await runAsked(context, client, asked, { open: true });
          const limits = await handle.extend(args, waiting(context.out, handle.run));
          if (context.out.json) context.out.value({ run: handle.run, ...limits });
          else {
            const money = limits.maxCostUsd === undefined ? 'no cost limit' : `at most ${usd(limits.maxCostUsd)}`;
            context.out.line(`${shownId(handle.run)} now ends by ${limits.deadlineAt}, ${money}`);
          }
          return 0;
        });
      }),
    );
  examples(command, [['trainctl extend digits-7k2f --duration +2h --cost +5', 'two more hours, five more dollars']]);
}
