import { CUTS, type Cut, type Outcome, type StageStatus } from '../../../contract';
import { duration } from './format';
import type { Output } from './output';
import { shorten } from './shorten';
import { pad, width } from './text';

export type Mark =
  | 'done'
  | 'failed'
  | 'running'
  | 'skipped'
  | 'notice'
  | 'warning'
  | 'resumed'
  | 'stopping'
  | 'refused';

const GLYPHS: Record<Mark, string> = {
  done: '✔',
  failed: '✘',
  running: '●',
  skipped: '–',
  notice: '⚡',
  warning: '!',
  resumed: '↻',
  stopping: '■',
  refused: '↷',
};

/** Columns that a step's name takes. */
const NAME_COLUMNS = 14;
/** Lines end here on wide terminals and in pipes, so that times stand below each other. */
const LINE_COLUMNS = 84;

/** Makes lines of steps: a mark, a name, what is to be said, and how long it took. Pure but for the colours and the width, which are the output's. */
export class Renderer {
  constructor(private readonly out: Pick<Output, 'colors' | 'columns'>) {}

  /** One step: mark, name, facts (their first line), and the time it took at the right. */
  step(mark: Mark | { spinner: string }, name: string, facts: string, time = ''): string {
    const detail = facts.split('\n', 1)[0] ?? '';
    const { dim } = this.out.colors;
    const glyph = typeof mark === 'string' ? this.paint(mark, GLYPHS[mark]) : this.out.colors.cyan(mark.spinner);
    // A wide glyph takes its second column from the name's room, so that facts stay aligned.
    const nameRoom = NAME_COLUMNS + 1 - (typeof mark === 'string' ? width(GLYPHS[mark]) : 1);
    const left = `  ${glyph} ${pad(name, nameRoom)}`;
    const columns = this.out.columns;
    const end = Math.min(columns ?? LINE_COLUMNS, LINE_COLUMNS);
    const room = end - width(left) - (time ? width(time) + 2 : 0);
    const shown = columns === undefined ? detail : shorten(detail, Math.max(8, room));
    if (!time) return `${left}${shown}`.trimEnd();
    return `${left}${pad(shown, room)}  ${dim(time)}`;
  }

  /** A stage of an attempt as it is now. */
  stage(stage: StageStatus, detail: string, now: Date, spinner?: string): string {
    const until = stage.endedAt ? Date.parse(stage.endedAt) : now.getTime();
    const time = duration((until - Date.parse(stage.startedAt)) / 1000);
    return this.step(spinner ? { spinner } : stage.state, stage.name, detail, time);
  }

  outcome(outcome: Outcome, cut?: Cut): string {
    const { green, red, yellow, bold } = this.out.colors;
    if (cut) return bold(red(CUTS[cut]));
    const colour = outcome === 'succeeded' ? green : outcome === 'cancelled' ? yellow : red;
    return bold(colour(outcome));
  }

  private paint(mark: Mark, glyph: string): string {
    const { green, red, yellow, cyan, dim } = this.out.colors;
    const colours = { done: green, failed: red, notice: yellow, warning: yellow, running: cyan, resumed: cyan };
    return mark in colours ? colours[mark as keyof typeof colours](glyph) : dim(glyph);
  }
}
