import { runWord, shownId } from '../../../../contract';
import { LineSplitter, type RunHandle, RunLog, type RunView } from '../../..';
import type { CommandContext } from '../../shared/command';
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
  let empty = true;
  return eachLook(context, handle, flags.follow === true, async (view) => {
    for await (const { attempt, bytes } of log.readAvailable(view)) {
      empty = false;
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
      if (empty) out.note(flags.setup ? noSetup(handle.run, view) : noLog(handle.run, view));
    }
  });
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
