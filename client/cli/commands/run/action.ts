import type { Command } from 'commander';
import { loadSettings } from '../../../../adapters/settings';
import { launch, type RunFlags } from '../../launch/launch';
import { meantCommand } from '../../launch/meant';
import { readSpecInput } from '../../launch/spec-input';
import type { CommandContext } from '../../shared/command';

/** `trainctl run`: a spec from a file, the options and the words after `--`. */
export async function run(
  context: CommandContext,
  asked: string | undefined,
  flags: RunFlags,
  command: Command,
): Promise<number> {
  if (asked !== undefined) {
    const meant = meantCommand(command, context.words, context.rest);
    if (meant) throw meant;
  }
  const settings = loadSettings(context.env);
  const found = readSpecInput(asked, { ...flags, command: context.rest }, settings.defaults, context.env);
  return launch(context, settings, found, flags);
}
