import type { Argument, Command } from 'commander';
import { OPEN_RUN } from '../../shared/run-asked';
import { bash } from './bash';
import { type Node, namesOf, pathPattern } from './tree';

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
    nodes.push({ path, words, valued, ...takenBy(takes) });
    for (const child of command.commands) visit(child, `${path} ${child.name()}`.trim());
  };
  visit(program, '');
  return nodes;
}

/** What the first argument of a command names, if that has names. */
function takenBy(argument: Argument | undefined): Pick<Node, 'takes'> {
  if (argument?.name() === 'run') return { takes: argument.description === OPEN_RUN ? 'open run' : 'run' };
  return argument?.name() === 'schedule' ? { takes: 'schedule' } : {};
}

/** A script for the shell; it completes commands, options and the names of runs and schedules, and files otherwise. */
export function completionScript(shell: 'bash' | 'zsh' | 'fish', program: Command): string {
  return { bash, zsh, fish }[shell](completionTree(program));
}

/** `_describe` takes what follows a colon for a description. */
function zsh(nodes: Node[]): string {
  const quote = (text: string): string => text.replaceAll("'", "'\\''").replaceAll(':', '\\:');
  const cases = nodes.map(({ path, words, takes }) => {
    const items = words.map(({ word, summary }) => `'${quote(word)}:${quote(summary)}'`).join(' ');
    const names = takes ? ` "\${(@)\${(@)\${(@f)$(${namesOf(takes, '$words[1]')})}//\\\\/\\\\\\\\}//:/\\\\:}"` : '';
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
  for (const { path, words, takes } of nodes) {
    const parts = path.split(' ').filter(Boolean);
    const seen = parts.map((part) => `__fish_seen_subcommand_from ${part}`).join('; and ');
    const condition = seen || '__fish_use_subcommand';
    for (const { word, summary } of words) {
      const what = word.startsWith('--') ? `-l ${word.slice(2)}` : `-f -a ${word}`;
      lines.push(`complete -c trainctl -n ${quote(condition)} ${what} -d ${quote(summary)}`);
    }
    if (takes)
      lines.push(`complete -c trainctl -n ${quote(condition)} -f -a ${quote(`(${namesOf(takes, 'trainctl')})`)}`);
  }
  return lines.join('\n');
}
