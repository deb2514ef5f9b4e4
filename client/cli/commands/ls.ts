import type { Command } from 'commander';
import { CUT_ENDS_WITHIN, CUTS, OUTCOMES, type Outcome, type RunListEntry, shownId } from '../../../contract';
import { type ListOptions, messageOf, type TrainctlClient, TrainctlError } from '../..';
import { action, type CommandContext, examples, withJson } from '../shared/command';
import { wholeNumber } from '../shared/numbers';
import { inOrder } from '../shared/run-order';
import { withClient } from '../shared/session';
import { stillCostsWords } from '../shared/still-costs';
import { ago, count, duration, usd } from '../terminal/format';

interface LsFlags {
  open?: boolean;
  outcome?: string;
  project?: string;
  name?: string;
  schedule?: string;
  limit: string;
  names?: boolean;
}

export function register(command: Command): void {
  withJson(command)
    .option('--open', 'only runs that have not ended')
    .option('--outcome <outcomes>', 'only runs that ended so: failed, or several (failed,deadline)')
    .option('--project <name>', 'only runs of this project')
    .option('--name <name>', 'only runs of this name')
    .option('--schedule <name>', 'only runs that this schedule started')
    .option('--limit <n>', 'how many at most', '50')
    .option('--names', 'only their ids, one a line')
    .action(
      action(async (context, flags: LsFlags) => {
        const wanted = wantedOf(flags);
        const { out } = context;
        const { runs, fault, looked } = await withClient(context, (client) =>
          listed(client, wanted, flags.names === true),
        );
        if (flags.names) {
          if (out.json) out.value(runs.map(({ run }) => run));
          else for (const { run } of runs) out.whole(shownId(run));
        } else if (out.json) out.value(runs);
        else if (runs.length === 0) {
          const { limit: _, ...filters } = wanted;
          const filtered = Object.keys(filters).length > 0;
          out.note(
            filtered ? `no ${flags.open ? 'open ' : ''}run fits` : 'no runs yet: trainctl run, or trainctl demo',
          );
        } else table(context, runs);
        if (fault !== undefined) out.note(`runs that Temporal has forgotten are not shown: ${fault}`);
        if (looked !== undefined) out.note(`of what Temporal has forgotten, the newest ${looked} were looked at`);
        return 0;
      }),
    );
  examples(command, [
    ['trainctl ls --open', 'what is running now'],
    ['trainctl ls --outcome failed,unreachable', 'what went wrong'],
    ['trainctl ls --schedule nightly', 'what a schedule has started'],
    ['trainctl ls --json | jq -r ".[].run"', 'ids, for a script'],
  ]);
}

type Wanted = Omit<ListOptions, 'limit' | 'steps'> & { limit: number };

function wantedOf({ limit, open, outcome, project, name, schedule }: LsFlags): Wanted {
  const outcomes = outcome?.split(',').map(outcomeOf);
  if (open && outcomes)
    throw new TrainctlError('usage', 'an open run has no outcome: --open and --outcome exclude each other');
  return {
    limit: wholeNumber('--limit', limit),
    ...(open ? { open } : {}),
    ...(outcomes === undefined ? {} : { outcomes }),
    ...(project === undefined ? {} : { project }),
    ...(name === undefined ? {} : { name }),
    ...(schedule === undefined ? {} : { schedule }),
  };
}

function outcomeOf(word: string): Outcome {
  const known = OUTCOMES.find((outcome) => outcome === word.trim());
  if (known) return known;
  throw new TrainctlError('usage', `--outcome ${JSON.stringify(word)} is none of ${OUTCOMES.join(', ')}`);
}

interface Listed {
  runs: RunListEntry[];
  /** Why S3 could not be asked. */
  fault?: string;
  /** How many of those that Temporal has forgotten were looked at, where not all were. */
  looked?: number;
}

/** What Temporal knows and, as far as there is room, what it has forgotten, in one order. Who wants ids alone is in a hurry. */
async function listed(client: TrainctlClient, wanted: Wanted, names: boolean): Promise<Listed> {
  const runs = await client.list({ ...wanted, steps: !names });
  const { open, limit, ...filters } = wanted;
  const more = open || names || runs.length >= limit ? {} : await forgottenRuns(client, filters, limit, runs);
  return { ...more, runs: inOrder([...runs, ...(more.runs ?? [])]) };
}

async function forgottenRuns(
  client: TrainctlClient,
  filters: Omit<Wanted, 'open' | 'limit'>,
  limit: number,
  runs: readonly RunListEntry[],
): Promise<Partial<Listed>> {
  try {
    const known = new Set(runs.map(({ runKey }) => runKey));
    return await client.listPast({ ...filters, limit: limit - runs.length, known });
  } catch (error) {
    // A list is worth more than a complete one.
    return { fault: messageOf(error) };
  }
}

function table({ out, now: clock }: CommandContext, runs: readonly RunListEntry[]): void {
  const now = clock();
  const scheduled = runs.some((run) => run.schedule !== undefined);
  out.table(
    ['RUN', 'STATE', 'STEP', 'ATTEMPT', 'COST', 'TOOK', 'STARTED', 'PLACEMENT', ...(scheduled ? ['SCHEDULE'] : [])],
    runs.map((run) => [
      shownId(run.run),
      state(run, out),
      run.step === null ? '' : String(run.step),
      String(run.attemptCount || ''),
      cost(run),
      duration((Date.parse(run.endedAt ?? now.toISOString()) - Date.parse(run.startedAt)) / 1000),
      ago(run.startedAt, now),
      run.placement ?? '',
      ...(scheduled ? [shownId(run.schedule ?? '')] : []),
    ]),
    ['SCHEDULE', 'PLACEMENT', 'STARTED', 'TOOK', 'ATTEMPT', 'STEP'],
  );
  for (const { run, stillCosts: ids, endedAt } of runs)
    if (ids && endedAt)
      out.note(`${shownId(run)} still costs: ${stillCostsWords({ ids, endsBy: endsBy(endedAt) }, now)}`);
  const forgotten = runs.filter((run) => run.forgotten).length;
  if (forgotten > 0)
    out.note(`Temporal has forgotten ${count(forgotten, 'run')} of these: what they left in S3 is shown`);
  if (runs.some((run) => run.leastUsd))
    out.note('≥: it has cost that at least; trainctl status says what more is known');
}

const endsBy = (endedAt: string): string => new Date(Date.parse(endedAt) + CUT_ENDS_WITHIN * 1000).toISOString();

function cost({ costUsd, leastUsd }: RunListEntry): string {
  if (costUsd === null) return '';
  return `${leastUsd ? '≥' : ''}${usd(costUsd)}`;
}

function state(
  run: Pick<RunListEntry, 'phase' | 'outcome' | 'cleanupPending' | 'cut' | 'stillCosts'>,
  out: { colors: { green(s: string): string; red(s: string): string; cyan(s: string): string } },
): string {
  const { green, red, cyan } = out.colors;
  const pending = run.cleanupPending ? ' !cleanup' : run.stillCosts ? ' !costs' : '';
  if (run.outcome === null) return cyan(run.phase) + pending;
  if (run.cut) return red(CUTS[run.cut]) + pending;
  return (run.outcome === 'succeeded' ? green : red)(run.outcome) + pending;
}
