import { homeDir } from '../../../../adapters/settings';
import { EXIT_CODES } from '../../../../contract';
import { stackStatus } from '../../../../local/stack';
import type { CommandContext } from '../../shared/command';
import { publicState } from './public-state';

/** `trainctl stack status`: exit 0 when all is up, 3 when something is not. */
export async function showStack(context: CommandContext): Promise<number> {
  const { out } = context;
  const status = await stackStatus(homeDir(context.env));
  if (out.json) {
    const state = status.state ? publicState(status.state) : null;
    out.value({ up: status.up, parts: status.parts, state });
  } else if (status.parts.length === 0) out.line('no stack is up: trainctl stack up --detach');
  else {
    for (const part of status.parts) {
      const mark = part.up ? out.colors.green('✔') : out.colors.red('✘');
      out.line(`  ${mark} ${part.name.padEnd(14)}${part.detail}`);
    }
  }
  return status.up ? 0 : EXIT_CODES.unavailable;
}
