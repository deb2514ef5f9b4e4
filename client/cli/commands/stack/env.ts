import { homeDir, readStackState } from '../../../../adapters/settings';
import { stackEnv } from '../../../../local/stack';
import { TrainctlError } from '../../..';
import type { CommandContext } from '../../shared/command';

/** `trainctl stack env`. */
export async function stackEnvironment(context: CommandContext, flags: { unset?: boolean }): Promise<number> {
  const { out } = context;
  const state = readStackState(homeDir(context.env));
  if (!state) {
    if (flags.unset) {
      out.whole(`unset ${STACK_VARIABLES.join(' ')}`);
      return 0;
    }
    throw new TrainctlError('unavailable', 'no stack is up', { next: 'trainctl stack up --detach' });
  }
  const values = stackEnv(state);
  if (out.json) out.value(values);
  else if (flags.unset) out.whole(`unset ${[...new Set([...STACK_VARIABLES, ...Object.keys(values)])].join(' ')}`);
  else for (const [name, value] of Object.entries(values)) out.whole(`export ${name}=${shellQuote(value)}`);
  return 0;
}

const STACK_VARIABLES = [
  'TEMPORAL_ADDRESS',
  'TEMPORAL_NAMESPACE',
  'TEMPORAL_UI_URL',
  'AWS_ENDPOINT_URL_EC2',
  'AWS_ENDPOINT_URL_S3',
  'AWS_ENDPOINT_URL_FIS',
  'AWS_REGION',
  'AWS_DEFAULT_REGION',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'TEMPORAL_CLI_PATH',
];

export function shellQuote(text: string): string {
  return /^[A-Za-z0-9_./:@%+=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
