import type { Command } from 'commander';
import { OPEN_RUN } from '../../shared/run-asked';

interface Node {
  /** `stack up`; empty for the program itself. */
  path: string;
  words: { word: string; summary: string }[];
  /** Options that a value follows: of it only files can be known. */
  valued: string[];
  /** Takes a run: any, or one that is open. */
  runs?: 'any' | 'open';
}

/** Commands and options, read from the whole program itself so that they cannot disagree. */
export function completionTree(program: Command): Node[] {
  const nodes: Node[] = [];
  const visit = (command: Command, path: string): void => {
    const words = command.commands.map((child) => ({
      word: child.name(),
      summary: child.summary() || child.description(),
    }));
    for (const option of command.options)
      if (option.long) words.push({ word: option.long, summary: option.description });
    words.push({ word: '--help', summary: 'show how to use it' });
    const [takes] = command.registeredArguments;
    for (const word of takes?.argChoices ?? []) words.push({ word, summary: takes?.description ?? '' });
    const valued = command.options.flatMap(({ long, required }) => (long && required ? [long] : []));
    const runs =
      takes?.name() === 'run' ? { runs: takes.description === OPEN_RUN ? ('open' as const) : ('any' as const) } : {};
    nodes.push({ path, words, valued, ...runs });
    for (const child of command.commands) visit(child, `${path} ${child.name()}`.trim());
  };
  visit(program, '');
  return nodes;
}

/** What prints the names of runs. Where no server answers there are none. */
const namesOf = (runs: Node['runs'], program: string): string =>
  `${program} ls --names --limit 200${runs === 'open' ? ' --open' : ''} 2>/dev/null`;

/** A script for the shell; it completes commands, options and the names of runs, and files otherwise. */
export function completionScript(shell: 'bash' | 'zsh' | 'fish', program: Command): string {
  return { bash, zsh, fish }[shell](completionTree(program));
}

function bash(nodes: Node[]): string {
  const cases = nodes.map(({ path, words, valued, runs }) => {
    const names = runs ? ` names='${namesOf(runs, '"$COMP_WORDS"')}'` : '';
    const values = valued.length > 0 ? ` valued=' ${valued.join(' ')} '` : '';
    return `    '${path}') words='${words.map((w) => w.word).join(' ')}'${values}${names} ;;`;
  });
  return `# bash completion of trainctl
_trainctl() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" path='' words='' valued='' names='' i
  for ((i = 1; i < COMP_CWORD && i < 3; i++)); do
    [[ \${COMP_WORDS[i]} == -* ]] && break
    case "$path \${COMP_WORDS[i]}" in
      ${pathPattern(nodes)}) path="\${path:+$path }\${COMP_WORDS[i]}" ;;
      *) break ;;
    esac
  done
  case "$path" in
${cases.join('\n')}
  esac
  [[ $valued == *" \${COMP_WORDS[COMP_CWORD - 1]} "* ]] && words='' names=''
  [[ -n $names && $cur != -* ]] && words="$(eval "$names")"
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
  [[ \${#COMPREPLY[@]} -eq 0 ]] && COMPREPLY=($(compgen -f -- "$cur"))
}
complete -o filenames -F _trainctl trainctl`;
}

/** Every known path, as \`case\` patterns; the first word of one has a blank before it. */
function pathPattern(nodes: Node[]): string {
  return nodes
    .filter(({ path }) => path !== '')
    .map(({ path }) => (path.includes(' ') ? `'${path}'` : `' ${path}'`))
    .join(' | ');
}

function zsh(nodes: Node[]): string {
  const quote = (text: string): string => text.replaceAll("'", "'\\''").replaceAll(':', '\\:');
  const cases = nodes.map(({ path, words, runs }) => {
    const items = words.map(({ word, summary }) => `'${quote(word)}:${quote(summary)}'`).join(' ');
    const names = runs ? ` "\${(@f)$(${namesOf(runs, '$words[1]')})}"` : '';
    return `    '${path}') items=(${items}${names}) ;;`;
  });
  return `#compdef trainctl
_trainctl() {
  local at='' i
  local -a items
  for ((i = 2; i < CURRENT && i < 4; i++)); do
    [[ \${words[i]} == -* ]] && break
    case "$at \${words[i]}" in
      ${pathPattern(nodes).replaceAll(' | ', '|')}) at="\${at:+$at }\${words[i]}" ;;
      *) break ;;
    esac
  done
  case "$at" in
${cases.join('\n')}
  esac
  _describe trainctl items || _files
}
if [[ "$funcstack[1]" == _trainctl ]]; then _trainctl "$@"; else compdef _trainctl trainctl; fi`;
}

function fish(nodes: Node[]): string {
  const quote = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  const lines = ['# fish completion of trainctl'];
  for (const { path, words, runs } of nodes) {
    const parts = path.split(' ').filter(Boolean);
    const seen = parts.map((part) => `__fish_seen_subcommand_from ${part}`).join('; and ');
    const condition = seen || '__fish_use_subcommand';
    for (const { word, summary } of words) {
      const what = word.startsWith('--') ? `-l ${word.slice(2)}` : `-f -a ${word}`;
      lines.push(`complete -c trainctl -n ${quote(condition)} ${what} -d ${quote(summary)}`);
    }
    if (runs)
      lines.push(`complete -c trainctl -n ${quote(condition)} -f -a ${quote(`(${namesOf(runs, 'trainctl')})`)}`);
  }
  return lines.join('\n');
}
