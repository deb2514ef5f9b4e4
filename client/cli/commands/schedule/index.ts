import type { Command } from 'commander';
import { action, collect, examples, withJson } from '../../shared/command';
import { SPEC, withSpecOptions } from '../../shared/spec-options';
import type { CreateFlags } from './create';

const SCHEDULE = 'name of a schedule';

interface Changed {
  note?: string;
}

export function register(command: Command): void {
  registerCreate(command);
  const ls = withJson(
    command.command('ls').description('List the schedules of trainings: when, what is next, what came last.'),
  )
    .option('--names', 'only their names, one a line')
    .action(
      action(async (context, flags: { names?: boolean }) => {
        const { listSchedules } = await import('./list.js');
        return listSchedules(context, flags);
      }),
    );
  examples(ls, [['trainctl schedule ls', 'those of Temporal’s own command are there too']]);
  const show = withJson(command.command('show').description('Show one schedule, and how its newest runs ended.'))
    .argument('<schedule>', SCHEDULE)
    .action(
      action(async (context, asked: string) => {
        const { showSchedule } = await import('./show.js');
        return showSchedule(context, asked);
      }),
    );
  examples(show, [
    ['trainctl schedule show nightly', 'times, code, its last runs and why they failed'],
    ['trainctl schedule show nightly --json | jq -r ".next[0]"', 'when it begins the next'],
  ]);
  const pause = withJson(command.command('pause').description('Keep a schedule from starting runs. Open runs go on.'))
    .argument('<schedule>', SCHEDULE)
    .option('--note <text>', 'why, for whoever looks')
    .action(
      action(async (context, asked: string, flags: Changed) => {
        const { pauseSchedule } = await import('./change.js');
        return pauseSchedule(context, asked, flags.note);
      }),
    );
  examples(pause, [['trainctl schedule pause nightly --note "until the data is mended"', 'nothing begins meanwhile']]);
  const unpause = withJson(
    command.command('unpause').alias('resume').description('Let a paused schedule start runs again, at its next time.'),
  )
    .argument('<schedule>', SCHEDULE)
    .option('--note <text>', 'why, for whoever looks')
    .action(
      action(async (context, asked: string, flags: Changed) => {
        const { unpauseSchedule } = await import('./change.js');
        return unpauseSchedule(context, asked, flags.note);
      }),
    );
  examples(unpause, [['trainctl schedule unpause nightly', 'what was missed meanwhile is not made up for']]);
  const trigger = withJson(
    command.command('trigger').description('Start a run of a schedule now, also of one that is paused.'),
  )
    .argument('<schedule>', SCHEDULE)
    .option('--overlap <policy>', 'another than its own, while a run of it is open')
    .action(
      action(async (context, asked: string, flags: { overlap?: string }) => {
        const { triggerSchedule } = await import('./change.js');
        return triggerSchedule(context, asked, flags.overlap);
      }),
    );
  examples(trigger, [
    ['trainctl schedule trigger nightly', 'to see that it works before the first night'],
    ['trainctl schedule trigger nightly --overlap allow-all', 'beside a run that is open'],
  ]);
  const remove = withJson(command.command('remove').description('Remove a schedule. Open runs go on.'))
    .argument('<schedule>', SCHEDULE)
    .option('--yes', 'do not ask')
    .action(
      action(async (context, asked: string, flags: { yes?: boolean }) => {
        const { removeSchedule } = await import('./change.js');
        return removeSchedule(context, asked, flags.yes);
      }),
    );
  examples(remove, [['trainctl schedule remove nightly --yes', 'its code may be pruned once its runs have ended']]);
}

function registerCreate(command: Command): void {
  const timed = withJson(
    command
      .command('create')
      .description(
        'Make a schedule that starts runs of a spec. The code is sent now, and all its runs have it; prices, images and inputs are looked up when each begins.',
      ),
  )
    .usage('<name> [SPEC] [options] [-- COMMAND…]')
    .argument('<name>', 'name of the schedule; its runs are NAME-2026-11-27T03:00:00Z and so on')
    .argument('[spec]', SPEC)
    .option('--cron <fields>', 'minute hour day-of-month month day-of-week, or @daily (repeatable)', collect)
    .option('--every <duration>', 'an interval, such as 6h, instead of --cron or beside it')
    .option('--timezone <zone>', 'in which --cron is meant, such as Europe/Berlin; default: UTC')
    .option(
      '--overlap <policy>',
      'while a run is open: skip (default), buffer-one, buffer-all, cancel-other, terminate-other, allow-all',
    )
    .option('--catch-up <duration>', 'how late a time is made up for that Temporal was away at; default: 1h')
    .option('--jitter <duration>', 'put each time off by a random part of this')
    .option('--pause-on-failure', 'pause it when a run of it fails')
    .option('--paused', 'make it paused: only trigger starts a run until it is resumed')
    .option('--note <text>', 'for whoever looks')
    .option('--replace', 'take the place of a schedule of that name; one that is paused stays so');
  const create = withSpecOptions(timed)
    .option('--name <name>', 'name of the runs; default: the folder’s')
    .option('--dry-run', 'show times and plan, send nothing, make nothing')
    .option('--yes', 'do not ask: before money is spent on AWS, before more than 500 MB, or a home folder, are sent')
    .action(
      action(
        async (context, name: string, spec: string | undefined, flags: CreateFlags, self: Command) => {
          const { createSchedule } = await import('./create.js');
          return createSchedule(context, name, spec, flags, self);
        },
        { rest: true },
      ),
    );
  examples(create, [
    [
      "trainctl schedule create nightly --cron '0 3 * * *' --timezone Europe/Berlin",
      'what trainctl.yaml says, each night',
    ],
    [
      'trainctl schedule create often --every 6h --jitter 10m -- python train.py',
      'a command, with the code of this folder',
    ],
    ["trainctl schedule create nightly --cron '0 4 * * *' --replace", 'another time, and the code of now'],
  ]);
}
