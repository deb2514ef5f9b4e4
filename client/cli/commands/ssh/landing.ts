import { quote } from '../../../../adapters/ssh';
import type { Asked } from './options';

/** ssh(1)'s options of one letter after which it runs no command, or one that is not for a shell. */
const WITHOUT_SHELL = /[NsWOGQV]/;

/**
 * What goes to the host, so that who logs in lands in the code of the run, in its environment: the agent keeps that in two files
 * of bash beside it. Before the agent was there, it is a plain login. The words of a command are joined by blanks, and read by
 * a shell, as ssh does.
 * @param folder of the attempt, relative to the login user's home
 * @param onTerminal whether somebody sits before it
 */
export function landingWords(
  folder: string,
  { letters, command }: Pick<Asked, 'letters' | 'command'>,
  onTerminal: boolean,
): { terminal: string[]; command: string[] } {
  if (WITHOUT_SHELL.test(letters)) return { terminal: [], command };
  const script = command.length > 0 ? `${enter(folder)}\n${command.join(' ')}` : `${enter(folder)}\n${STAY}`;
  const terminal = command.length === 0 && onTerminal && !/[tT]/.test(letters) ? ['-t'] : [];
  return { terminal, command: [`exec bash -c ${quote(script)}`] };
}

/** Ours is no file of the user's: it is read without a word, and its absence told where nobody reads the output as data. */
const enter = (folder: string): string => `trainctl=~/${quote(folder)}
if [ -r "$trainctl/state/env.sh" ]; then . "$trainctl/state/env.sh"
else echo 'trainctl: the environment of the run is not there yet; this is a plain login' >&2; cd "$trainctl/code" 2>/dev/null
fi`;

/** A shell to stay in. Without a terminal it reads what it is given. */
const STAY = `if [ -t 0 ] && [ -r "$trainctl/state/shell.rc" ]; then exec bash --rcfile "$trainctl/state/shell.rc" -i
elif [ -t 0 ]; then exec "\${SHELL:-bash}" -l
else exec bash
fi`;
