import { Command, CommanderError } from 'commander';
import { EXIT_CODES } from '../../contract';
import type { CommandModule } from './shared/command';

interface Entry {
  summary: string;
  group: string;
  load(): CommandModule;
}

const RUNS = 'Runs:';
const SERVERS = 'Servers:';
const HELP = 'Help:';

/** Every command. Its file is read only when it is the one that was typed, so that the others cost nothing. */
const COMMANDS: Record<string, Entry> = {
  run: { group: RUNS, summary: 'start a training run and follow it', load: () => require('./commands/run') },
  rerun: {
    group: RUNS,
    summary: 'start a run again, from its saved spec and code',
    load: () => require('./commands/rerun'),
  },
  ls: { group: RUNS, summary: 'list runs, newest first', load: () => require('./commands/ls') },
  status: { group: RUNS, summary: 'where a run is', load: () => require('./commands/status') },
  logs: { group: RUNS, summary: 'what the training wrote, byte for byte', load: () => require('./commands/logs') },
  metrics: { group: RUNS, summary: 'the metrics that the training wrote', load: () => require('./commands/metrics') },
  ssh: { group: RUNS, summary: 'log in to the instance of a run', load: () => require('./commands/ssh') },
  stop: { group: RUNS, summary: 'end a run, with a last checkpoint', load: () => require('./commands/stop') },
  release: {
    group: RUNS,
    summary: 'end the instance that a failed run holds',
    load: () => require('./commands/release'),
  },
  extend: { group: RUNS, summary: 'give a run more time or money', load: () => require('./commands/extend') },
  checkpoints: {
    group: RUNS,
    summary: 'list, take or download checkpoints',
    load: () => require('./commands/checkpoints'),
  },
  outputs: { group: RUNS, summary: 'download what a run made', load: () => require('./commands/outputs') },
  snapshot: {
    group: RUNS,
    summary: 'upload code, for a start from the Temporal UI',
    load: () => require('./commands/snapshot'),
  },
  reconcile: {
    group: RUNS,
    summary: 'end what no live run owns, now',
    load: () => require('./commands/reconcile'),
  },
  demo: {
    group: SERVERS,
    summary: 'watch a run being interrupted and resumed',
    load: () => require('./commands/demo'),
  },
  stack: {
    group: SERVERS,
    summary: 'the embedded Temporal, local cloud and worker',
    load: () => require('./commands/stack'),
  },
  worker: { group: SERVERS, summary: 'run a worker in the foreground', load: () => require('./commands/worker') },
  local: {
    group: SERVERS,
    summary: 'look into the local cloud, and break it',
    load: () => require('./commands/local'),
  },
  doctor: {
    group: HELP,
    summary: 'what is missing on this machine, and how to get it',
    load: () => require('./commands/doctor'),
  },
  schema: { group: HELP, summary: 'print the JSON Schema of a run spec', load: () => require('./commands/schema') },
  completion: {
    group: HELP,
    summary: 'print a completion script for bash, zsh or fish',
    load: () => require('./commands/completion'),
  },
};

/** Builds the program. Only the commands that `argv` names (or `all`) get their options. */
export function buildProgram(version: string, argv: readonly string[], all = false): Command {
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
    if (all || wanted.has(name)) entry.load().register(command, () => buildProgram(version, [], true));
  }
  visit(program, (command) => {
    command.exitOverride();
    command.showHelpAfterError(`(${pathOf(command)} --help shows how to use it)`);
  });
  program.addHelpText('after', `\nExit codes: ${EXIT_CODE_HELP}`);
  return program;
}

/** Parses and runs; answers with the exit code when nothing ran (help, wrong usage). */
export async function main(version: string, argv: readonly string[]): Promise<void> {
  const program = buildProgram(version, argv);
  if (argv.length === 0) {
    program.outputHelp();
    return;
  }
  try {
    // What follows `--` belongs to somebody else's command line and is never read as ours.
    const dashes = argv.indexOf('--');
    if (dashes >= 0) program.setOptionValue('rest', argv.slice(dashes + 1));
    await program.parseAsync(dashes >= 0 ? argv.slice(0, dashes) : [...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = error.exitCode === 0 ? 0 : EXIT_CODES.invalid;
  }
}

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
