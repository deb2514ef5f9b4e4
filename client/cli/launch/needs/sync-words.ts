/** Flags of `uv run` that say what the environment holds, and how many words follow each: OF_SYNC of the agent's uv_command.py. */
const OF_SYNC: Record<string, number> = {
  ...Object.fromEntries(
    ['--extra', '--group', '--only-group', '--no-group', '--no-extra', '--package'].map((flag) => [flag, 1]),
  ),
  ...Object.fromEntries(
    ['--all-extras', '--all-groups', '--no-default-groups', '--dev', '--no-dev', '--only-dev', '--all-packages']
      .concat('--no-editable', '--no-install-project', '--no-install-workspace')
      .map((flag) => [flag, 0]),
  ),
};
const TAKES_A_WORD =
  /^(--with|--with-editable|--with-requirements|--env-file|-p|--python|--project|--directory|-P|--index|--default-index|--cache-dir|--config-file|-m|--module)$/;

/** The flags, and the words after them, by which the command's own `uv run` makes its environment. */
export function syncWords(command: string | string[]): string[] {
  const words = typeof command === 'string' ? command.split(/[\s'";&|()]+/).filter(Boolean) : command;
  const start = words.findIndex((word, i) => word === 'uv' && words[i + 1] === 'run');
  const found: string[] = [];
  for (let at = start < 0 ? words.length : start + 2; at < words.length; ) {
    const word = words[at] ?? '';
    if (!word.startsWith('-') || word === '--') break;
    const [name = '', value] = word.split('=', 2);
    const more = value === undefined ? (OF_SYNC[name] ?? (TAKES_A_WORD.test(name) ? 1 : 0)) : 0;
    if (name in OF_SYNC) found.push(name, ...(value === undefined ? words.slice(at + 1, at + 1 + more) : [value]));
    at += 1 + more;
  }
  return found;
}
