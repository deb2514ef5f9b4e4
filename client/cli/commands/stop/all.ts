import { setTimeout as delay } from 'node:timers/promises';
import { EXIT_CODES, runWord, shownId } from '../../../../contract';
import { isTransient, messageOf, type StopAnswer, stopRuns, type TrainctlClient, TrainctlError } from '../../..';
import type { CommandContext } from '../../shared/command';
import { explain } from '../../shared/explain';
import { withClient } from '../../shared/session';
import { confirm } from '../../terminal/ask';
import { count } from '../../terminal/format';
import type { Output } from '../../terminal/output';
import { goesOnWords, type StopFlags, scheduleThatGoesOn } from './one';

export interface AllArgs {
  project?: string;
  yes: boolean;
}

type Open = Awaited<ReturnType<TrainctlClient['openRuns']>>[number];
type Answer = StopAnswer<Open['handle']>;

/** Between two looks at what is still open, and two words about it. Milliseconds. */
const LOOK_MS = 1_000;
const WORD_MS = 5_000;
/** Names that are said, at most; `--json` has all. */
const SAID = 20;

/** `trainctl stop --all`: each open run gets the order; then it is told which of them are still open. */
export function stopAll(context: CommandContext, flags: StopFlags, { project, yes }: AllArgs): Promise<number> {
  const { out } = context;
  const filter = project === undefined ? {} : { project };
  const which = project === undefined ? '' : ` of project ${shownId(project)}`;
  const how = flags.cancel ? 'cancel' : flags.now ? 'now' : 'graceful';
  return withClient(context, async (client) => {
    const began = new Date();
    const found = await client.openRuns(filter);
    if (found.length === 0) {
      if (out.json) out.value({ asked: how, runs: [], open: 0 });
      else out.note(`no run${which} is open`);
      return 0;
    }
    await agreed(client, found, { which, how, yes });
    const answers: Answer[] = [];
    // Temporal's lists are a moment behind: who looks again finds those that had just begun.
    for (let left = found; left.length > 0; left = await newcomers(client, filter, answers, began)) {
      const tell = every(WORD_MS, (n: number) => out.note(`${n} of ${count(left.length, 'run')} have answered`));
      answers.push(
        ...(await stopRuns(
          left.map(({ handle }) => handle),
          how,
          tell,
        )),
      );
    }
    const asked = new Set(answers.filter(({ kind }) => kind !== 'failed').map(({ handle }) => handle.address.runId));
    const stillOpen = await look(client, filter, asked, flags.wait ? out : undefined);
    await tellSchedules(client, answers, out);
    return conclude(out, { how, which, ...filter }, answers, stillOpen);
  });
}

async function agreed(
  client: TrainctlClient,
  found: readonly Open[],
  { which, how, yes }: { which: string; how: string; yes: boolean },
): Promise<void> {
  if (how !== 'cancel' && !(await client.hasWorker())) {
    const next = 'start one: trainctl worker; or let Temporal record it: trainctl stop --all --cancel';
    throw new TrainctlError('no-worker', `no worker polls for the ${count(found.length, 'open run')}${which}`, {
      next,
    });
  }
  const next = 'look at them first: trainctl ls --open; do it: --yes';
  const question = `Stop ${found.length === 1 ? 'the one open run' : `all ${found.length} open runs`}${which}?`;
  if (!yes && !(await confirm(question, next))) throw new TrainctlError('usage', 'nothing was stopped', { next });
}

/** Runs that were there when the command began, and had not been listed. What began later was not meant. */
async function newcomers(
  client: TrainctlClient,
  filter: { project?: string },
  answers: readonly Answer[],
  began: Date,
): Promise<Open[]> {
  const asked = new Set(answers.map(({ handle }) => handle.address.runId));
  const open = await client.openRuns(filter);
  return open.filter(({ handle, startedAt }) => startedAt <= began && !asked.has(handle.address.runId));
}

/** Those of `asked` that are open; with `until` only when none is, which it is told of meanwhile. */
async function look(
  client: TrainctlClient,
  filter: { project?: string },
  asked: ReadonlySet<string>,
  until: Output | undefined,
): Promise<Open[]> {
  const tell = every(WORD_MS, (what: string) => until?.note(what));
  for (;;) {
    try {
      const left = (await client.openRuns(filter)).filter(({ handle }) => asked.has(handle.address.runId));
      if (!until || left.length === 0) return left;
      tell(`not yet ended: ${names(left)}`);
    } catch (error) {
      // The orders are given; a server that is away for a moment ends no waiting.
      if (!until || !isTransient(error)) throw error;
      tell(messageOf(error));
    }
    await delay(LOOK_MS);
  }
}

async function tellSchedules(client: TrainctlClient, answers: readonly Answer[], out: Output): Promise<void> {
  const seen = new Set<string>();
  for (const { handle } of answers) {
    const { schedule } = handle.address;
    if (schedule === undefined || seen.has(schedule)) continue;
    seen.add(schedule);
    if ((await scheduleThatGoesOn(client, handle.address)) !== undefined) out.note(goesOnWords(schedule));
  }
}

interface Asked {
  how: string;
  which: string;
  project?: string;
}

/** What is known now, and the exit code: that of what went wrong with an order. */
function conclude(out: Output, asked: Asked, answers: readonly Answer[], open: readonly Open[]): number {
  const phases = new Map(open.map(({ handle, phase }) => [handle.address.runId, phase]));
  const failed = answers.flatMap((answer) => (answer.kind === 'failed' ? [answer] : []));
  if (out.json) {
    const runs = answers.map((answer) => ({
      run: answer.handle.run,
      answer: answer.kind,
      // One that did not take the order is open as far as anybody knows.
      open: answer.kind === 'failed' || phases.has(answer.handle.address.runId),
      phase: phases.get(answer.handle.address.runId) ?? null,
      ...(answer.kind === 'failed' ? { error: errorOf(answer.error) } : {}),
    }));
    out.value({ asked: asked.how, runs, open: runs.filter((run) => run.open).length });
  } else tell(out, asked, answers, open, failed);
  return failed.length === 0 ? EXIT_CODES.succeeded : Math.max(...failed.map(({ error }) => explain(error).exitCode));
}

function tell(
  out: Output,
  { which, project }: Asked,
  answers: readonly Answer[],
  open: readonly Open[],
  failed: readonly Extract<Answer, { kind: 'failed' }>[],
): void {
  const ended = answers.length - open.length - failed.length;
  const parts = [
    `${ended} ended`,
    `${open.length} ending`,
    ...(failed.length > 0 ? [`${failed.length} not stopped`] : []),
  ];
  out.line(`${count(answers.length, 'run')}${which}: ${parts.join(', ')}`);
  if (open.length > 0) out.line(`not yet ended: ${names(open)}`);
  for (const { handle, error } of failed.slice(0, SAID)) out.line(`! ${shownId(handle.run)}: ${messageOf(error)}`);
  if (failed.length > SAID) out.line(`  … and ${failed.length - SAID} more`);
  const filter = project === undefined ? '' : ` --project ${runWord(project)}`;
  if (open.length > 0) out.whole(`see them end: trainctl ls --open${filter}`);
}

function errorOf(error: unknown): { code: string; message: string } {
  const { code, message } = explain(error);
  return { code, message };
}

function names(open: readonly Open[]): string {
  const some = open.slice(0, SAID).map(({ handle, phase }) => `${shownId(handle.run)} (${phase})`);
  return [...some, ...(open.length > SAID ? [`and ${open.length - SAID} more`] : [])].join(', ');
}

/** Hands on at most one word in so many milliseconds; the first when they have passed. */
function every<A>(ms: number, say: (what: A) => void): (what: A) => void {
  let last = Date.now();
  return (what) => {
    if (Date.now() - last < ms) return;
    last = Date.now();
    say(what);
  };
}
