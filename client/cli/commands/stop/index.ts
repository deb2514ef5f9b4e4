import type { Command } from 'commander';
import { TrainctlError } from '../../..';
import { action, examples, withJson } from '../../shared/command';
import { OPEN_RUN } from '../../shared/run-asked';
import type { StopFlags } from './one';

interface AllFlags extends StopFlags {
  all?: boolean;
  project?: string;
  yes?: boolean;
}

export function register(command: Command): void {
  withJson(command)
    .argument('[run]', OPEN_RUN)
    .option('--now', 'no grace, no last checkpoint')
    .option('--cancel', 'use Temporal’s own cancel, which is recorded even when no worker is there')
    .option('--wait', 'wait until it has ended; exits with its code')
    .option('--all', 'every open run of this installation; with --wait: until none of them is open')
    .option('--project <name>', 'of --all: only runs of this project')
    .option('--yes', 'of --all: do not ask')
    .action(
      action(async (context, asked: string | undefined, flags: AllFlags) => {
        const { all = false, project, yes = false, ...how } = flags;
        if (all && asked !== undefined)
          throw new TrainctlError('usage', `"${asked}" and --all: one run is stopped, or all`);
        if (!all && (project !== undefined || yes))
          throw new TrainctlError('usage', `${project === undefined ? '--yes' : '--project'} goes with --all`);
        if (all) {
          const { stopAll } = await import('./all.js');
          return stopAll(context, how, { yes, ...(project === undefined ? {} : { project }) });
        }
        const { stopAsked } = await import('./one.js');
        return stopAsked(context, asked, how);
      }),
    );
  examples(command, [
    ['trainctl stop digits-7k2f', 'TERM, a last checkpoint, the outputs, then the end'],
    ['trainctl stop digits-7k2f --now', 'the end at once'],
    ['trainctl stop --all --project digits --wait', 'the end of all that are open, one after the other as they end'],
  ]);
}
