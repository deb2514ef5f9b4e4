import { Command, CommanderError } from 'commander';
import { EXIT_CODES } from '../../contract';
import { COMMANDS, HELP } from './commands';

/** What the parser has to say to people, until {@link main} says it. */
const said: string[] = [];

/** Builds the program. Only the commands that `argv` names (or `all`) get their options. */
export async function buildProgram(version: string, argv: readonly string[], all = false): Promise<Command> {
  const program = new Command('trainctl')
    .description('Machine-learning training on EC2 as durable Temporal workflows.')
    .version(version, '-V, --version')
    .addHelpCommand(new Command('help').argument('[command]').summary('explain a command').helpGroup(HELP))
    .showSuggestionAfterError(true)
    .showHelpAfterError('(trainctl --help shows every command)')
    .enablePositionalOptions();
  const wanted = new Set(argv.filter((word) => Object.hasOwn(COMMANDS, word)));
  for (const [name, entry] of Object.entries(COMMANDS)) {
    const command = program
      .command(name)
      .summary(entry.summary)
      .description(`${sentence(entry.summary)}`)
      .helpGroup(entry.group);
    if (all || wanted.has(name)) {
      const { register } = await entry.load();
      register(command, () => buildProgram(version, [], true));
    }
  }
  visit(program, (command) => {
    command.exitOverride();
    // Held back until it is known whether more than the first fault is to be told.
    command.configureOutput({ writeErr: (text) => said.push(text), outputError: (text, write) => write(text) });
    command.showHelpAfterError(`(${pathOf(command)} --help shows how to use it)`);
  });
  program.addHelpText('after', `\nExit codes: ${EXIT_CODE_HELP}`);
  return program;
}

/** Parses and runs; answers with the exit code when nothing ran (help, wrong usage). */
export async function main(version: string, argv: readonly string[]): Promise<void> {
  const program = await buildProgram(version, argv);
  if (argv.length === 0) {
    program.outputHelp();
    return;
  }
  // What follows `--` belongs to somebody else's command line and is never read as ours.
  const dashes = argv.indexOf('--');
  const words = dashes >= 0 ? argv.slice(0, dashes) : [...argv];
  const rest = dashes >= 0 ? argv.slice(dashes + 1) : [];
  try {
    if (dashes >= 0) program.setOptionValue('rest', rest);
    await program.parseAsync(words, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = error.exitCode === 0 ? 0 : EXIT_CODES.invalid;
    if (!USAGE.has(error.code)) process.stderr.write(said.join(''));
    else {
      const { tellUsage } = await import('./usage.js');
      await tellUsage(program, words, rest, said.join(''));
    }
  }
}

/** What the parser calls wrong words; it stops at the first. */
const USAGE: ReadonlySet<string> = new Set(
  ['unknownOption', 'excessArguments', 'missingArgument', 'optionMissingArgument', 'invalidArgument'].map(
    (name) => `commander.${name}`,
  ),
);

export const COMMAND_NAMES = Object.keys(COMMANDS);

const EXIT_CODE_HELP = `0 succeeded, 1 our own fault, 2 usage or invalid spec, 3 a service cannot be reached,
4 no such run, 10 failed, 11 cancelled, 12 deadline, 13 budget, 14 no-capacity, 15 interrupted, 16 unreachable.`;

function visit(command: Command, fn: (command: Command) => void): void {
  fn(command);
  for (const child of command.commands) visit(child, fn);
}

function pathOf(command: Command): string {
  return command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name();
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
