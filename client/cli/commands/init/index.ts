import type { Command } from 'commander';
import { action, examples, withJson } from '../../shared/command';

export function register(command: Command): void {
  withJson(command)
    .description(
      'Make the secret of a new installation, once, in the home. All its workers need it: carry the file to their homes, or start them with --join. A local stack makes its own.',
    )
    .option('--replace', 'the installation has moved: record what it is now, once no run of it is open')
    .action(
      action(async (context, flags: { replace?: boolean }) => {
        const { init } = await import('./action.js');
        return init(context, flags);
      }),
    );
  examples(command, [
    ['trainctl init', 'before the first worker of an installation'],
    ['trainctl init --replace', 'after its bucket, region or secret has been changed'],
  ]);
}
