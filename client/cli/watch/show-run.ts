import { type Fact, factsBetween, followRun, type RunHandle, type RunView } from '../..';
import type { Output } from '../terminal/output';
import { JsonScreen } from './json-screen';
import { TextScreen } from './text-screen';

export interface FollowRunOptions {
  /** Show the training's own log lines. Default true. */
  log?: boolean;
  signal?: AbortSignal;
  now?: () => Date;
  /** What has been shown of the run before; only what is new since is shown. */
  since?: RunView;
  /** Called at every look at the run, before it is shown. */
  onView?: (view: RunView) => void;
}

/** Shows a run until it ends (or the signal aborts: then undefined). The view is the last one. */
export async function showRun(
  handle: RunHandle,
  out: Output,
  options: FollowRunOptions = {},
): Promise<RunView | undefined> {
  const now = options.now ?? (() => new Date());
  const screen = out.json ? new JsonScreen(out, now) : new TextScreen(out, now, options.since);
  let before = options.since;
  let held: Fact[] = [];
  try {
    for await (const event of followRun(handle, {
      log: options.log !== false,
      ...(options.signal ? { signal: options.signal } : {}),
    })) {
      if (event.kind === 'log') {
        screen.log(event.attempt, event.line);
        continue;
      }
      if (event.kind === 'bar') {
        screen.bar(event.attempt, event.line);
        continue;
      }
      if (before && held.length > 0) screen.facts(held, before);
      held = [];
      if (event.kind === 'status') {
        const { view } = event;
        options.onView?.(view);
        const facts = factsBetween(before, view);
        const end = options.log === false ? facts.length : trainingEnds(facts);
        screen.facts(facts.slice(0, end), view);
        screen.view(view);
        held = facts.slice(end);
        before = view;
      } else if (event.kind === 'connection') screen.connection(event.up, event.why);
      else if (event.kind === 'ended') return event.view;
    }
    return undefined;
  } finally {
    screen.end();
  }
}

/** Where the end of a training stands among facts: its last log lines are told before it. */
function trainingEnds(facts: Fact[]): number {
  const end = facts.findIndex((f) => f.event === 'stage' && f.stage.name === 'train' && f.stage.state !== 'running');
  return end < 0 ? facts.length : end;
}
