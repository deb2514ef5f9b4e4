import { CHOSEN_ID_RULE, isChosenId } from '../../../contract';
import { TrainctlError } from '../..';
import { applySet } from '../shared/set-option';
import { parseEnvOption, readEnvFile } from './env-option';

/** What a command was told beside a spec. Options win over the spec. */
export interface SpecFlags {
  set?: string[];
  env?: string[];
  envFile?: string;
  name?: string;
  id?: string;
  /** The words after `--`. */
  command?: string[];
}

/** What came of options: what of the spec they say, by its path, and what is wrong with them. */
export interface Applied {
  said: string[];
  wrong: TrainctlError[];
}

/** Changes a spec by options. Those that cannot be read change nothing, and are all in the answer. */
export function applyFlags(document: Record<string, unknown>, flags: SpecFlags, env: NodeJS.ProcessEnv): Applied {
  const said: string[] = [];
  const wrong: TrainctlError[] = [];
  const attempt = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      if (!(error instanceof TrainctlError)) throw error;
      wrong.push(error);
    }
  };
  if (flags.id !== undefined && !isChosenId(flags.id))
    wrong.push(new TrainctlError('usage', `--id: ${JSON.stringify(flags.id)} is not ${CHOSEN_ID_RULE}`));
  const values: Record<string, unknown> = {};
  const { envFile } = flags;
  if (envFile !== undefined) attempt(() => Object.assign(values, readEnvFile(envFile)));
  for (const text of flags.env ?? []) {
    attempt(() => {
      const [name, value] = parseEnvOption(text, env);
      values[name] = value;
    });
  }
  if (Object.keys(values).length > 0) {
    document.env = { ...(typeof document.env === 'object' ? document.env : {}), ...values };
    said.push(...Object.keys(values).map((name) => `env.${name}`));
  }
  for (const assignment of flags.set ?? []) {
    attempt(() => {
      applySet(document, assignment);
      said.push(assignment.slice(0, assignment.indexOf('=')));
    });
  }
  if (flags.name !== undefined) {
    document.name = flags.name;
    said.push('name');
  }
  if (flags.command && flags.command.length > 0) {
    document.command = commandOf(flags.command);
    said.push('command');
  }
  return { said: [...new Set(said)], wrong };
}

/** One quoted word with blanks in it, `-- "make data && python train.py"`, is a line for the shell; words are run as they are. */
function commandOf(words: string[]): string | string[] {
  const [only = ''] = words;
  return words.length === 1 && /\s/.test(only.trim()) ? only : words;
}
