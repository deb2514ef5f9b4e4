import type { Command } from 'commander';
import { action, collect, examples, withJson } from '../../shared/command';
import type { E2eFlags } from './action';
import type { ScheduleFlags } from './schedule';

const MAX_USD = 'dollars for all of them together; what no longer fits is not begun; default: 3';
const PARALLEL = 'how many scenarios run side by side; default: 2';
const NOTIFY = 'when the webhook of the settings is told: failure (default), always, never';

export function register(command: Command): void {
  // What stands behind `schedule` is its own.
  withJson(command.enablePositionalOptions())
    .description(
      'Show by real runs, on this installation’s own cloud, that it is fit to train: each scenario cleans up behind itself, and what it showed is a report.',
    )
    .usage('[NAME…] [options]')
    .argument('[names...]', 'scenarios; default: all (--list shows them)')
    .option('--max-usd <dollars>', MAX_USD)
    .option('--parallel <count>', PARALLEL)
    .option('--notify <when>', NOTIFY)
    .option('--junit <file>', 'write the result as JUnit XML')
    .option('--html <file>', 'write the result as one page of HTML')
    .option('--list', 'what there is, how long and how much; starts nothing')
    .option('--yes', 'do not ask before money is spent on AWS')
    .option('--detach', 'start it and return')
    .option('--follow <id>', 'follow a suite that was started before')
    .option('--cancel <id>', 'end a suite, and all that it has begun')
    .action(
      action(async (context, names: string[], flags: E2eFlags) => {
        const { e2e } = await import('./action.js');
        return e2e(context, names, flags);
      }),
    );
  examples(command, [
    ['trainctl e2e --list', 'the scenarios, with time and price'],
    ['trainctl e2e', 'all of them'],
    ['trainctl e2e code-sync checkpoint --html e2e.html', 'two, with a page to look at'],
    ['trainctl e2e --json | tail -1', 'the result alone'],
    ['trainctl e2e schedule --cron "0 3 * * *" --timezone Europe/Berlin', 'every night'],
  ]);
  registerSchedule(command);
}

function registerSchedule(command: Command): void {
  const schedule = withJson(
    command
      .command('schedule')
      .enablePositionalOptions()
      .description('Run the suite by the clock. Said again, it changes the schedule that there is.'),
  )
    .option('--cron <fields>', 'minute hour day-of-month month day-of-week, or @daily (repeatable)', collect)
    .option('--timezone <zone>', 'in which --cron is meant, such as Europe/Berlin; default: UTC')
    .option('--only <names>', 'scenarios, with commas (repeatable); default: all', collect)
    .option('--max-usd <dollars>', MAX_USD)
    .option('--parallel <count>', PARALLEL)
    .option('--notify <when>', NOTIFY)
    .option('--pause-after <count>', 'pause it after so many failures in a row; default: 3')
    .option('--yes', 'do not ask before money is spent on AWS')
    .action(
      action(async (context, flags: ScheduleFlags) => {
        const { setSchedule } = await import('./schedule.js');
        return setSchedule(context, flags);
      }),
    );
  examples(schedule, [
    ['trainctl e2e schedule --cron "0 3 * * *" --timezone Europe/Berlin', 'all scenarios, each night'],
    ['trainctl e2e schedule --cron "0 3 * * 1" --only code-sync,checkpoint --max-usd 1', 'two of them, on Mondays'],
  ]);
  const show = withJson(
    schedule.command('show').description('Show when it runs, and why it is paused if it is.'),
  ).action(
    action(async (context) => {
      const { showSchedule } = await import('./schedule.js');
      return showSchedule(context);
    }),
  );
  examples(show, [['trainctl e2e schedule show', 'times, options, the last suites']]);
  const pause = withJson(schedule.command('pause').description('Keep it from starting suites. Open ones go on.'))
    .option('--note <text>', 'why, for whoever looks')
    .action(
      action(async (context, flags: { note?: string }) => {
        const { pauseSchedule } = await import('./schedule.js');
        return pauseSchedule(context, flags.note);
      }),
    );
  examples(pause, [['trainctl e2e schedule pause --note "the bucket moves"', 'no suite begins meanwhile']]);
  const resume = withJson(schedule.command('resume').description('Let it start suites again, at its next time.'))
    .option('--note <text>', 'why, for whoever looks')
    .action(
      action(async (context, flags: { note?: string }) => {
        const { resumeSchedule } = await import('./schedule.js');
        return resumeSchedule(context, flags.note);
      }),
    );
  examples(resume, [['trainctl e2e schedule resume', 'what was missed is not made up for']]);
  const remove = withJson(schedule.command('remove').description('Remove it. Open suites go on.'))
    .option('--yes', 'do not ask')
    .action(
      action(async (context, flags: { yes?: boolean }) => {
        const { removeSchedule } = await import('./schedule.js');
        return removeSchedule(context, flags.yes);
      }),
    );
  examples(remove, [['trainctl e2e schedule remove --yes', 'no more suites by the clock']]);
}
