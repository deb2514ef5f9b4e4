import type { AttemptStatus, Outcome, RunResult, StageStatus } from '../../../contract';
import { type Fact, newestAttempt, type RunView } from '../..';
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

  /**
   * The lines of one fact; none for what a reader of lines need not see. `under` is the attempt below whose heading they
   * stand: what another attempt did says whose it is.
   */
  fact(fact: Fact, view: RunView, now: Date, under = newestAttempt(view)): string[] {
    const whose = 'attempt' in fact && fact.attempt !== under ? `attempt ${fact.attempt}: ` : '';
    switch (fact.event) {
      case 'attempt':
        return fact.attempt > 1 || view.attempts.length > 1 ? [`attempt ${fact.attempt}`] : [];
      case 'refused': {
        const { placement, code = '', message = '' } = fact.try;
        const where = `${placement.instanceType} ${placement.zone} ${placement.market}`;
        // EC2 says the rest in three sentences; they are in the status, and in --json.
        const first = plain(message.split(/(?<=\.)\s/, 1)[0] ?? '');
        return [this.step('refused', 'refused', `${where}: ${code}${first ? `, ${first}` : ''}`)];
      }
      case 'stage': {
        if (fact.stage.state === 'running' || fact.stage.state === 'skipped') return [];
        if (fact.stage.name === 'train') return [this.trained(fact.stage, view, fact.attempt, whose, now)];
        return [this.stage(fact.stage, whose + plain(fact.stage.detail ?? ''), now)];
      }
      case 'resumed':
        return [this.step('resumed', 'resumed', `from step ${fact.step}`)];
      case 'checkpoint': {
        const size = fact.checkpoint.bytes === undefined ? '' : `, ${bytes(fact.checkpoint.bytes)}`;
        return [this.step('done', 'checkpoint', `${whose}step ${fact.checkpoint.step}${size}`)];
      }
      case 'notice': {
        return [this.step('notice', 'notice', whose + noticeWords(fact, view, now))];
      }
      case 'disconnected':
        return [
          this.step(
            'warning',
            'disconnected',
            `${whose}the training goes on without us: ${plain(fact.why ?? 'SSH does not answer')}`,
          ),
        ];
      case 'reconnected':
        return [this.step('done', 'reconnected', `${whose}attached again, no log byte was lost`)];
      case 'attempt-ended': {
        if (fact.ended === 'succeeded' || fact.ended === 'stopped') return [];
        // Why nothing was launched is why the run ends.
        if (fact.ended === 'not-started' && (view.outcome !== undefined || view.ending !== undefined)) return [];
        // The notice has said why, and the training's own line that it was interrupted.
        const attempt = attemptOf(view, fact.attempt);
        if (fact.ended === 'interrupted' && attempt?.notice && trainedIn(attempt)) return [];
        // The stage that failed has just said the same.
        if (attempt?.stages.some((s) => s.state === 'failed' && s.detail && fact.reason.startsWith(s.detail)))
          return [];
        const mark = fact.ended === 'interrupted' ? 'notice' : 'failed';
        return [this.step(mark, fact.ended, whose + firstLine(fact.reason))];
      }
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
      case 'warning':
        return [this.step('warning', 'warning', plain(fact.message))];
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

  /** How the training of an attempt ended; only one that came to its own end is ticked. */
  private trained(stage: StageStatus, view: RunView, number: number, whose: string, now: Date): string {
    const attempt = attemptOf(view, number);
    const numbers = number === newestAttempt(view) ? progress(view) : '';
    const until = stage.endedAt ? Date.parse(stage.endedAt) : now.getTime();
    const time = duration((until - Date.parse(stage.startedAt)) / 1000);
    if (attempt?.ended === 'interrupted') {
      // None that is known of: after a loss nobody may have heard of the last one; the next attempt says what it resumes from.
      const kept = attempt.lastCheckpoint ? `, checkpoint ${attempt.lastCheckpoint.step} is whole` : '';
      return this.step('notice', stage.name, `${whose}interrupted${kept}`, time);
    }
    if (attempt?.ended === 'stopped')
      return this.step('stopping', stage.name, `${whose}stopped${numbers ? `  ${numbers}` : ''}`, time);
    if (stage.state === 'failed') return this.step('failed', stage.name, whose + plain(stage.detail ?? ''), time);
    return this.step(stage.state, stage.name, whose + (numbers || plain(stage.detail ?? '')), time);
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
  const [cost, onDemand] = [usd(costUsd), usd(onDemandUsd)];
  return onDemandUsd > costUsd && onDemand !== cost ? `${cost} (on-demand: ${onDemand})` : cost;
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

function attemptOf(view: RunView, number: number): AttemptStatus | undefined {
  return view.attempts.find((attempt) => attempt.number === number);
}

const trainedIn = (attempt: AttemptStatus): boolean =>
  attempt.stages.some((stage) => stage.name === 'train' && stage.state === 'done');

/** A notice that is still to come true, or, for who looks later, the fact that there was one. */
function noticeWords(
  { attempt, instanceId, notice }: Extract<Fact, { event: 'notice' }>,
  view: RunView,
  now: Date,
): string {
  const left = (Date.parse(notice.time) - now.getTime()) / 1000;
  const over = attemptOf(view, attempt)?.terminatedAt !== undefined;
  const maintenance = notice.source === 'maintenance';
  if (over)
    return `EC2 gave notice ${maintenance ? 'of maintenance of' : 'that it takes'} ${instanceId} (${notice.action})`;
  const when = left > 0 ? `in ${duration(left)}` : 'now';
  return `${maintenance ? 'maintenance of' : 'EC2 takes'} ${instanceId} ${when} (${notice.action})`;
}

const firstLine = (text: string): string => plain(text.split('\n', 1)[0] ?? '');
