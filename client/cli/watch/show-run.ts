import type { StageName, StageStatus } from '../../../contract';
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
        // A set-up is over before the training writes.
        const end = writerEnds(held, ['train']);
        if (before && end > 0) screen.facts(held.slice(0, end), before);
        held = held.slice(end);
        screen.log(event.attempt, event.line);
        continue;
      }
      if (event.kind === 'bar') {
        screen.bar(event.attempt, event.line);
        continue;
      }
      if (event.kind === 'setup-bar') {
        screen.setupBar(event.attempt, event.line);
        continue;
      }
      if (event.kind === 'setup') {
        screen.setup(event.attempt, event.line);
        continue;
      }
      if (before && held.length > 0) screen.facts(held, before);
      held = [];
      if (event.kind === 'status') {
        const { view } = event;
        options.onView?.(view);
        const facts = factsBetween(before, view);
        const end = options.log === false ? facts.length : writerEnds(facts, ['setup', 'train']);
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

/** Where the end of the first of these stages stands among facts: the last lines of what it wrote are told before it. */
function writerEnds(facts: Fact[], stages: StageName[]): number {
  const over = ({ name, state }: StageStatus): boolean => stages.includes(name) && state !== 'running';
  const end = facts.findIndex((f) => f.event === 'stage' && over(f.stage));
  return end < 0 ? facts.length : end;
}
