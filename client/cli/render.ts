import type { AttemptStatus, Outcome, RunResult, StageStatus } from '../../contract';
import { type Fact, newestAttempt, type RunView } from '..';
import { bytes, count, duration, metric, usd } from './format';
import type { Output } from './output';
import { clip, pad, plain, width } from './text';

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

/** Turns facts into lines. Pure but for the colours and the width, which are the output's. */
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
    const shown = columns === undefined ? detail : clip(detail, Math.max(8, room));
    if (!time) return `${left}${shown}`.trimEnd();
    return `${left}${pad(shown, room)}  ${dim(time)}`;
  }

  /** A stage of an attempt as it is now. */
  stage(stage: StageStatus, detail: string, now: Date, spinner?: string): string {
    const until = stage.endedAt ? Date.parse(stage.endedAt) : now.getTime();
    const time = duration((until - Date.parse(stage.startedAt)) / 1000);
    return this.step(spinner ? { spinner } : stage.state, stage.name, detail, time);
  }

  /** The lines of one fact; none for what a reader of lines need not see. */
  fact(fact: Fact, view: RunView, now: Date): string[] {
    switch (fact.event) {
      case 'attempt':
        return fact.attempt > 1 ? [`attempt ${fact.attempt}`] : [];
      case 'refused': {
        const { placement, code = '', message = '' } = fact.try;
        const where = `${placement.instanceType} ${placement.zone} ${placement.market}`;
        return [this.step('refused', 'refused', `${where}: ${code}${message ? `, ${plain(message)}` : ''}`)];
      }
      case 'stage': {
        if (fact.stage.state === 'running' || fact.stage.state === 'skipped') return [];
        const late = fact.attempt < newestAttempt(view) ? `attempt ${fact.attempt}: ` : '';
        const detail = fact.stage.name === 'train' ? trainDetail(fact.stage, view, fact.attempt) : fact.stage.detail;
        return [this.stage(fact.stage, late + plain(detail ?? ''), now)];
      }
      case 'resumed':
        return [this.step('resumed', 'resumed', `from step ${fact.step}`)];
      case 'checkpoint': {
        const size = fact.checkpoint.bytes === undefined ? '' : `, ${bytes(fact.checkpoint.bytes)}`;
        return [this.step('done', 'checkpoint', `step ${fact.checkpoint.step}${size}`)];
      }
      case 'notice': {
        const left = (Date.parse(fact.notice.time) - now.getTime()) / 1000;
        const when = left > 0 ? `in ${duration(left)}` : 'now';
        const who = fact.notice.source === 'maintenance' ? 'maintenance of' : `EC2 takes`;
        return [this.step('notice', 'notice', `${who} ${fact.instanceId} ${when} (${fact.notice.action})`)];
      }
      case 'disconnected':
        return [this.step('warning', 'disconnected', 'SSH does not answer; the training goes on without us')];
      case 'reconnected':
        return [this.step('done', 'reconnected', 'attached again, no log byte was lost')];
      case 'attempt-ended':
        if (fact.ended === 'succeeded' || fact.ended === 'stopped') return [];
        return [this.step('failed', fact.ended, firstLine(fact.reason))];
      case 'ending':
        return [this.step('stopping', 'ending', `${fact.outcome} (${fact.mode}): ${firstLine(fact.reason)}`)];
      case 'held': {
        const left = duration((Date.parse(fact.until) - now.getTime()) / 1000);
        return [
          this.step('warning', 'held', `for ${left}: trainctl ssh ${fact.run}; end it: trainctl release ${fact.run}`),
        ];
      }
      case 'cleanup-pending':
        return [this.step('warning', 'cleanup', plain(fact.what))];
      case 'no-worker':
        return fact.answers
          ? [this.step('done', 'worker', 'answers again')]
          : [
              this.step(
                'warning',
                'worker',
                'none answers: nothing new is decided until one is back; training goes on',
              ),
            ];
    }
  }

  /** The last lines of a run: how it ended, in one line, and why when that was not success. */
  ending(view: RunView, result: RunResult, stepsLost: number | undefined): string[] {
    const facts = [count(result.attemptCount, 'attempt')];
    if (result.interruptions > 0 || result.attemptCount > 1)
      facts[0] += `, ${count(result.interruptions, 'interruption')}`;
    if (stepsLost !== undefined) facts[0] += `, ${count(stepsLost, 'step')} lost`;
    facts.push(costs(result.costUsd, view.onDemandUsd));
    const head = `${this.outcome(result.outcome)} in ${duration(result.seconds)} · ${facts.join(' · ')}`;
    if (result.outcome === 'succeeded' || !result.reason) return [head];
    return [head, ...result.reason.split('\n').map((line) => `  ${plain(line)}`)];
  }

  outcome(outcome: Outcome): string {
    const { green, red, yellow, bold } = this.out.colors;
    const colour = outcome === 'succeeded' ? green : outcome === 'cancelled' ? yellow : red;
    return bold(colour(outcome));
  }

  private paint(mark: Mark, glyph: string): string {
    const { green, red, yellow, cyan, dim } = this.out.colors;
    const colours = { done: green, failed: red, notice: yellow, warning: yellow, running: cyan, resumed: cyan };
    return mark in colours ? colours[mark as keyof typeof colours](glyph) : dim(glyph);
  }
}

export function costs(costUsd: number, onDemandUsd: number): string {
  return onDemandUsd > costUsd ? `${usd(costUsd)} (on-demand: ${usd(onDemandUsd)})` : usd(costUsd);
}

/** `step 420/1000  loss 0.231  acc 0.931  checkpoint 400`: where the training is. */
export function progress(view: RunView): string {
  const parts: string[] = [];
  const metrics = view.lastMetrics ?? {};
  const total = metrics.steps ?? metrics.total_steps;
  if (view.step !== undefined) parts.push(`step ${view.step}${total === undefined ? '' : `/${total}`}`);
  for (const [name, value] of Object.entries(metrics)) {
    if (!HIDDEN_METRICS.has(name) && parts.length < 5) parts.push(`${plain(name)} ${metric(value)}`);
  }
  if (view.lastCheckpoint) parts.push(`checkpoint ${view.lastCheckpoint.step}`);
  if (view.live?.phase === 'uploading') parts.push('uploading');
  return parts.join('  ');
}

/** Shown elsewhere in the line, or meaningless to a reader. */
const HIDDEN_METRICS = new Set(['step', 'steps', 'total_steps', 'time', 'ts', 'timestamp', 't']);

/** The attempt whose lines are shown as the run's present. */
export function currentAttempt(view: RunView): AttemptStatus | undefined {
  return view.attempts[view.attempts.length - 1];
}

function trainDetail(stage: StageStatus, view: RunView, attempt: number): string {
  if (attempt !== newestAttempt(view)) return stage.detail ?? '';
  const numbers = progress(view);
  return stage.state === 'failed' && stage.detail ? stage.detail : numbers || (stage.detail ?? '');
}

const firstLine = (text: string): string => plain(text.split('\n', 1)[0] ?? '');
