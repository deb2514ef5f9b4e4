import type { CommandModule } from '../shared/command';

interface Entry {
  summary: string;
  group: string;
  load(): Promise<CommandModule>;
}

const RUNS = 'Runs:';
const SERVERS = 'Servers:';
export const HELP = 'Help:';

/** Every command. Its file is read only when it is the one that was typed, so that the others cost nothing. */
export const COMMANDS: Record<string, Entry> = {
  run: { group: RUNS, summary: 'start a training run and follow it', load: () => import('./run/index.js') },
  rerun: {
    group: RUNS,
    summary: 'start a run again, from its saved spec and code',
    load: () => import('./rerun/index.js'),
  },
  ls: { group: RUNS, summary: 'list runs, newest first', load: () => import('./ls.js') },
  status: { group: RUNS, summary: 'where a run is', load: () => import('./status/index.js') },
  logs: { group: RUNS, summary: 'what the training wrote, byte for byte', load: () => import('./logs/index.js') },
  metrics: { group: RUNS, summary: 'the metrics that the training wrote', load: () => import('./metrics/index.js') },
  ssh: { group: RUNS, summary: 'log in to the instance of a run', load: () => import('./ssh/index.js') },
  stop: {
    group: RUNS,
    summary: 'end a run, or all that are open, with a last checkpoint',
    load: () => import('./stop/index.js'),
  },
  release: {
    group: RUNS,
    summary: 'end the instance that a failed run holds',
    load: () => import('./release.js'),
  },
  extend: { group: RUNS, summary: 'give a run more time or money', load: () => import('./extend/index.js') },
  schedule: {
    group: RUNS,
    summary: 'start runs by the clock',
    load: () => import('./schedule/index.js'),
  },
  checkpoints: {
    group: RUNS,
    summary: 'list, take or download checkpoints',
    load: () => import('./checkpoints/index.js'),
  },
  outputs: { group: RUNS, summary: 'download what a run made', load: () => import('./outputs/index.js') },
  snapshot: {
    group: RUNS,
    summary: 'upload code, for a start from the Temporal UI; remove old code',
    load: () => import('./snapshot/index.js'),
  },
  reconcile: {
    group: RUNS,
    summary: 'end what no live run owns, now',
    load: () => import('./reconcile.js'),
  },
  e2e: {
    group: HELP,
    summary: 'show by real runs that this installation is fit to train',
    load: () => import('./e2e/index.js'),
  },
  demo: {
    group: SERVERS,
    summary: 'watch a run being interrupted and resumed',
    load: () => import('./demo/index.js'),
  },
  stack: {
    group: SERVERS,
    summary: 'the embedded Temporal, local cloud and worker',
    load: () => import('./stack/index.js'),
  },
  init: {
    group: SERVERS,
    summary: 'make the secret of a new installation, once',
    load: () => import('./init/index.js'),
  },
  worker: { group: SERVERS, summary: 'run a worker in the foreground', load: () => import('./worker/index.js') },
  local: {
    group: SERVERS,
    summary: 'look into the local cloud, and break it',
    load: () => import('./local/index.js'),
  },
  doctor: {
    group: HELP,
    summary: 'what is missing on this machine, and how to get it',
    load: () => import('./doctor/index.js'),
  },
  schema: { group: HELP, summary: 'print the JSON Schema of a run spec', load: () => import('./schema.js') },
  completion: {
    group: HELP,
    summary: 'print a completion script for bash, zsh or fish',
    load: () => import('./completion/index.js'),
  },
};
