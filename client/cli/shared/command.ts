import type { Command } from 'commander';
import { EXIT_CODES } from '../../../contract';
import { Output } from '../terminal/output';

/** What every command gets beside its own arguments. */
export interface CommandContext {
  out: Output;
  env: NodeJS.ProcessEnv;
  now(): Date;
  /** The words between the command's own name and `--`, as they were typed. */
  words: string[];
  /** The words after `--`; empty unless the command takes a command line of its own. */
  rest: string[];
}

/** A command's file: adds arguments, options, examples and an action to a command that has a name and a summary. */
export interface CommandModule {
  /** `whole` builds the program with the options of every command, for who has to know them all. */
  register(command: Command, whole: () => Promise<Command>): void;
}

/** Collects the values of an option that may be said more than once. */
export const collect = (value: string, before: string[] = []): string[] => [...before, value];

/** Adds `--json`. Each command has it, so that scripts need not remember which. */
export function withJson(command: Command): Command {
  return command.option('--json', 'print JSON on stdout, and everything else on stderr');
}

export function examples(command: Command, lines: [command: string, what: string][]): Command {
  const longest = Math.max(...lines.map(([text]) => text.length));
  const body = lines.map(([text, what]) => `  ${text.padEnd(longest)}  ${what}`).join('\n');
  return command.addHelpText('after', `\nExamples:\n${body}`);
}

interface Globals {
  json?: boolean;
  printInput?: boolean;
  rest?: string[];
}

/** What was typed behind the name of a command. */
function wordsOf(command: Command): string[] {
  let top = command;
  while (top.parent) top = top.parent;
  const typed = top.args;
  return typed.slice(typed.indexOf(command.name()) + 1);
}

/**
 * Wraps a command's work: gives it an {@link Output}, turns its answer into the exit code and what it throws into one
 * plain message, with the next command to type.
 */
export function action<A extends unknown[]>(
  work: (context: CommandContext, ...args: A) => Promise<number | undefined>,
  options: { rest?: boolean } = {},
): (...args: A) => Promise<void> {
  return async (...args) => {
    const command = args[args.length - 1] as unknown as Command;
    const { json, printInput, rest = [] } = command.optsWithGlobals<Globals>();
    if (rest.length > 0 && !options.rest) {
      if (!takesAfterDashes(command, args[0], rest)) command.error(`error: ${command.name()} takes nothing after --`);
      args[0] = rest[0];
    }
    const { stdout, stderr, env } = process;
    const out = new Output({ json: json === true || printInput === true, stdout, stderr, env });
    try {
      const context = { out, env, now: () => new Date(), words: wordsOf(command), rest };
      process.exitCode = (await work(context, ...args)) ?? 0;
    } catch (error) {
      // An input that could not be made is none: whoever pipes it on must not take an error for one.
      process.exitCode = await report(
        error,
        printInput && !json ? new Output({ json: false, stdout: stderr, stderr, env }) : out,
      );
    }
  };
}

/** A run whose id begins with a dash may stand where no word is an option. */
function takesAfterDashes(command: Command, first: unknown, rest: string[]): boolean {
  return command.registeredArguments[0]?.name() === 'run' && first === undefined && rest.length === 1;
}

/** Says what was thrown, for people and with --json, and answers with its exit code. */
export async function report(error: unknown, out: Output): Promise<number> {
  const { explain } = await import('./explain.js');
  const { code, message, next, exitCode, stack, faults } = explain(error);
  if (out.json)
    out.value({ error: { code, message, ...(next === undefined ? {} : { next }), ...(faults ? { faults } : {}) } });
  out.note(`${out.colors.red('error')}: ${message}`);
  if (next !== undefined) out.note(`${out.colors.dim(' next')}: ${next}`);
  if (exitCode === EXIT_CODES.internal && stack && process.env.TRAINCTL_DEBUG) out.note(stack);
  return exitCode;
}
