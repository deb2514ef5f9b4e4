import { EXIT_CODES, runWord, shownId } from '../../../../contract';
import { LineSplitter, type RunHandle, RunLog, type RunView } from '../../..';
import type { CommandContext } from '../../shared/command';
import { plain } from '../../terminal/text';
import { BarLines } from '../../watch/bar-lines';
import { hasTrained } from '../../watch/finish-run';
import { attemptAsked, eachLook, type StreamFlags } from '../../watch/streams';

/**
 * `trainctl logs`: the bytes as they are; with --json one object a line of text, and while it is followed now and then one of
 * how the unfinished last line stands (`bar`).
 */
export async function printLog(context: CommandContext, handle: RunHandle, flags: StreamFlags): Promise<number> {
  const { out } = context;
  const only = await attemptAsked(handle, flags);
  const log = new RunLog(handle, flags.setup ? 'setup' : 'log', only);
  const splitters = new Map<number, LineSplitter>();
  const lines = (attempt: number, texts: string[]): void => {
    for (const line of texts) out.value({ attempt, line });
  };
  const bars = new BarLines();
  let missing = false;
  let silent = false;
  const got = new Map<number, number>();
  const code = await eachLook(context, handle, flags.follow === true, async (view) => {
    silent = view.storeSilent === true;
    if (silent) return tellWithoutStore(context, view);
    for await (const { attempt, bytes } of log.readAvailable(view)) {
      got.set(attempt, (got.get(attempt) ?? 0) + bytes.length);
      if (!out.json) await out.bytes(bytes);
      else {
        const splitter = splitters.get(attempt) ?? new LineSplitter();
        splitters.set(attempt, splitter);
        lines(attempt, splitter.push(bytes));
      }
    }
    const [attempt, last] = [...splitters].at(-1) ?? [];
    if (last?.standing === '') bars.finished();
    const bar = last && flags.follow ? bars.next(last.standing, context.now().getTime()) : undefined;
    if (bar !== undefined) out.value({ attempt, bar });
    if (view.endedAt !== undefined || !flags.follow) {
      for (const [attempt, splitter] of splitters) lines(attempt, splitter.rest());
      const lost = flags.setup || view.endedAt === undefined ? [] : await lostLogs(handle, view, got, only);
      for (const line of lost) out.note(line);
      missing = lost.length > 0;
      if (got.size === 0 && !missing) out.note(flags.setup ? noSetup(handle.run, view) : noLog(handle.run, view));
    }
  });
  if (silent) return EXIT_CODES.unavailable;
  return missing && code === 0 ? EXIT_CODES.invalid : code;
}

/** Of an ended run: the logs that are not whole, by what the hosts said that they had uploaded. */
export async function lostLogs(
  handle: Pick<RunHandle, 'attemptsOf' | 'live'>,
  view: RunView,
  got: ReadonlyMap<number, number>,
  only?: number,
): Promise<string[]> {
  const lines: string[] = [];
  for (let attempt = only ?? 1; attempt <= (only ?? (await handle.attemptsOf(view))); attempt++) {
    const { logUploaded = 0 } = (await handle.live(attempt)) ?? {};
    const have = got.get(attempt) ?? 0;
    if (have < logUploaded) {
      lines.push(
        `attempt ${attempt}: ${logUploaded - have} of the ${logUploaded} bytes of its log are no longer in S3`,
      );
    }
  }
  return lines;
}

/** A log is in S3 alone. What Temporal knows is said beside that: where the run is, and its command's last words if it has failed. */
export function tellWithoutStore({ out }: Pick<CommandContext, 'out'>, view: RunView): void {
  const { run, phase, outcome, attemptCount, reason, step, storeFault = 'S3 does not answer' } = view;
  const at = step === undefined ? '' : `, step ${step}`;
  out.note(`the log of ${shownId(run)} is in S3, and cannot be read now: ${storeFault}`);
  out.note(`what is known without it: ${outcome ?? phase}, attempt ${attemptCount}${at}`);
  for (const line of reason?.split('\n') ?? []) out.note(`  ${plain(line)}`);
  out.note(
    `again when S3 answers: trainctl logs ${runWord(run)}; waiting for it: trainctl logs ${runWord(run)} --follow`,
  );
}

function noSetup(run: string, view: RunView): string {
  return `${shownId(run)} has no output of a set-up${view.endedAt === undefined ? ` yet (${view.phase})` : ''}`;
}

/** Why there is nothing to print, so that nobody takes silence for a fault. */
function noLog(run: string, view: RunView): string {
  if (view.endedAt !== undefined && !hasTrained(view)) {
    return `${shownId(run)} has no log: it ended before its command was started. Why: trainctl status ${runWord(run)}; its set-up: trainctl logs ${runWord(run)} --setup`;
  }
  return `${shownId(run)} has written nothing${view.endedAt === undefined ? ` yet (${view.phase})` : ''}`;
}
