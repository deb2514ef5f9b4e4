import type { Command, Option } from 'commander';
import { nearest } from '../../contract';
import { messageOf, TrainctlError } from '..';
import { parseEnvOption } from './launch/env-option';
import { meantCommand } from './launch/meant';
import { report } from './shared/command';
import { Output } from './terminal/output';

/** Says all that is wrong with a command line; `said` is what the parser says of the first fault. */
export async function tellUsage(
  program: Command,
  argv: readonly string[],
  rest: readonly string[],
  said: string,
): Promise<void> {
  const { command, words } = commandOf(program, argv);
  const { stdout, stderr, env } = process;
  const json = words.includes('--json') && command.options.some((option) => option.long === '--json');
  const out = new Output({ json, stdout, stderr, env });
  const meant = command.name() === 'run' ? meantCommand(command, words, rest) : undefined;
  if (meant) {
    await report(meant, out);
    return;
  }
  const faults = usageFaults(program, argv);
  const one = faults.length < 2;
  if (one && !json) {
    stderr.write(said);
    return;
  }
  const message = one
    ? said.replace(/^error: /, '').split('\n', 1)[0]
    : ['the command line has faults:', ...faults.map((f) => `  ${f}`)].join('\n');
  await report(new TrainctlError('usage', message ?? '', { next: `trainctl ${pathOf(command)} --help` }), out);
}

function pathOf(command: Command): string {
  const parent = command.parent?.parent ? `${pathOf(command.parent)} ` : '';
  return `${parent}${command.name()}`;
}

/** The command that the words name, and what is left of them. */
export function commandOf(program: Command, argv: readonly string[]): { command: Command; words: string[] } {
  let command = program;
  const words = [...argv];
  for (;;) {
    const child = command.commands.find((one) => one.name() === words[0]);
    if (!child) return { command, words };
    words.shift();
    command = child;
  }
}

/**
 * Everything that is wrong with the words of a command line, in their order: the parser stops at the first. `argv` ends
 * before `--`. Empty when it is something that only the parser knows.
 */
export function usageFaults(program: Command, argv: readonly string[]): string[] {
  const { command, words } = commandOf(program, argv);
  if (command.commands.length > 0 && command.options.length < 2) return [];
  const faults: string[] = [];
  const given: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? '';
    if (!/^-./.test(word)) {
      given.push(word);
      continue;
    }
    const found = optionOf(command, word);
    const follows = words[i + 1] !== undefined && !/^-./.test(words[i + 1] ?? '');
    if (!found) {
      faults.push(unknown(command, word));
      // What stands behind it is most likely its value.
      if (follows && !word.includes('=') && given.length >= argumentsOf(command).most) i += 1;
    } else if (found.option.required) {
      const value = found.value ?? words[i + 1];
      if (value === undefined) faults.push(`option '${found.option.flags}' argument missing`);
      else faults.push(...wrongValue(found.option, value));
      if (found.value === undefined) i += 1;
    } else if (!found.option.required && !found.option.optional && found.value !== undefined) {
      faults.push(`option '${found.option.long}' takes no value, but is given "${found.value}"`);
    }
  }
  return [...faults, ...wrongArguments(command, given)];
}

const long = (flag: string): string => flag.split('=', 1)[0] ?? flag;

/** The option that a word is, with the value that stands in the same word. */
function optionOf(
  command: Command,
  word: string,
): { option: Pick<Option, 'flags' | 'long' | 'required' | 'optional'>; value?: string } | undefined {
  if (word === '--help' || word === '-h')
    return { option: { flags: word, long: '--help', required: false, optional: false } };
  const [flag, value] = [long(word), word.includes('=') ? word.slice(word.indexOf('=') + 1) : undefined];
  const whole = command.options.find((option) => option.long === flag || option.short === word);
  if (whole) return { option: whole, ...(value === undefined || whole.short === word ? {} : { value }) };
  // `-fx` is -f -x, or -f with the value x.
  const short = word.startsWith('--') ? undefined : command.options.find((option) => option.short === word.slice(0, 2));
  if (!short) return undefined;
  return short.required || short.optional ? { option: short, value: word.slice(2) } : undefined;
}

/** Of the values that can be judged alone; what a spec says of the others is looked at when the line can be read. */
function wrongValue({ long: name, flags }: Pick<Option, 'flags' | 'long'>, value: string): string[] {
  const whole = /<n>$/.test(flags) && !/^\d+$/.test(value);
  if (whole) return [`${name}: "${value}" is not a whole number`];
  if (/<name=value>$/.test(flags)) {
    try {
      parseEnvOption(value, process.env);
    } catch (error) {
      return [messageOf(error)];
    }
  }
  return /<path=value>$/.test(flags) && !/^[^=]+=/.test(value) ? [`${name} ${value}: it must be PATH=VALUE`] : [];
}

function unknown(command: Command, word: string): string {
  const flag = long(word);
  const near = nearest(flag, [...command.options.flatMap((option) => option.long ?? []), '--help']);
  return `unknown option '${flag}'${near ? ` (Did you mean ${near}?)` : ''}`;
}

function argumentsOf(command: Command): { least: number; most: number } {
  const all = command.registeredArguments;
  return {
    least: all.filter(({ required }) => required).length,
    most: all.some(({ variadic }) => variadic) ? Number.POSITIVE_INFINITY : all.length,
  };
}

function wrongArguments(command: Command, given: string[]): string[] {
  const { least, most } = argumentsOf(command);
  const missing = command.registeredArguments.slice(given.length, least);
  const wrong = command.registeredArguments.flatMap((argument, i) => {
    const value = given[i];
    if (value === undefined || !argument.argChoices || argument.argChoices.includes(value)) return [];
    return [`"${value}" is no ${argument.name()}: it is one of ${argument.argChoices.join(', ')}`];
  });
  const more = given.slice(most);
  return [
    ...missing.map((argument) => `missing required argument '${argument.name()}'`),
    ...wrong,
    ...(more.length > 0 ? [`too many arguments: ${more.map((word) => `"${word}"`).join(' ')}`] : []),
  ];
}
