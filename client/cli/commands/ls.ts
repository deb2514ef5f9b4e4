import type { Command } from 'commander';
import { shownId } from '../../../contract';
import { action, examples, withJson } from '../shared/command';
import { wholeNumber } from '../shared/numbers';
import { withClient } from '../shared/session';
import { ago, duration, usd } from '../terminal/format';

interface LsFlags {
  open?: boolean;
  project?: string;
  name?: string;
  limit: string;
  names?: boolean;
}

export function register(command: Command): void {
  withJson(command)
    .option('--open', 'only runs that have not ended')
    .option('--project <name>', 'only runs of this project')
    .option('--name <name>', 'only runs of this name')
    .option('--limit <n>', 'how many at most', '50')
    .option('--names', 'only their ids, one a line')
    .action(
      action(async (context, flags: LsFlags) => {
        const { limit, names = false, ...filter } = flags;
        const wanted = wholeNumber('--limit', limit);
        const { open, project, name } = filter;
        const runs = await withClient(context, (client) =>
          client.list({
            limit: wanted,
            steps: !names,
            ...(open ? { open } : {}),
            ...(project === undefined ? {} : { project }),
            ...(name === undefined ? {} : { name }),
          }),
        );
        const { out } = context;
        if (names) {
          if (out.json) out.value(runs.map(({ run }) => run));
          else for (const { run } of runs) out.whole(shownId(run));
        } else if (out.json) out.value(runs);
        else if (runs.length === 0) {
          const filtered = open || project !== undefined || name !== undefined;
          out.note(filtered ? `no ${open ? 'open ' : ''}run fits` : 'no runs yet: trainctl run, or trainctl demo');
        } else {
          const now = context.now();
          out.table(
            ['RUN', 'STATE', 'STEP', 'ATTEMPT', 'COST', 'TOOK', 'STARTED', 'PLACEMENT'],
            runs.map((run) => [
              shownId(run.run),
              state(run, out),
              run.step === null ? '' : String(run.step),
              String(run.attemptCount || ''),
              run.costUsd === null ? '' : usd(run.costUsd),
              duration((Date.parse(run.endedAt ?? now.toISOString()) - Date.parse(run.startedAt)) / 1000),
              ago(run.startedAt, now),
              run.placement ?? '',
            ]),
            ['PLACEMENT', 'STARTED', 'TOOK', 'ATTEMPT', 'STEP'],
          );
        }
        return 0;
      }),
    );
  examples(command, [
    ['trainctl ls --open', 'what is running now'],
    ['trainctl ls --json | jq -r ".[].run"', 'ids, for a script'],
  ]);
}

function state(
  run: { phase: string; outcome: string | null; cleanupPending: boolean },
  out: { colors: { green(s: string): string; red(s: string): string; cyan(s: string): string } },
): string {
  const { green, red, cyan } = out.colors;
  const pending = run.cleanupPending ? ' !cleanup' : '';
  if (run.outcome === null) return cyan(run.phase) + pending;
  return (run.outcome === 'succeeded' ? green : red)(run.outcome) + pending;
}
