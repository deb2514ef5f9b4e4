import { type AttemptStatus, checkpointWords, runWord, type StageStatus } from '../../../contract';
import { type Fact, newestAttempt, type RunView } from '../..';
import { bytes, duration } from '../terminal/format';
import type { Renderer } from '../terminal/renderer';
import { plain } from '../terminal/text';
import { progress } from './progress';
import { resumedWords } from './resumed-words';

/**
 * The lines of one fact; none for what a reader of lines need not see. `under` is the attempt below whose heading they
 * stand: what another attempt did says whose it is.
 */
export function factLines(
  renderer: Renderer,
  fact: Fact,
  view: RunView,
  now: Date,
  under = newestAttempt(view),
): string[] {
  const whose = 'attempt' in fact && fact.attempt !== under ? `attempt ${fact.attempt}: ` : '';
  switch (fact.event) {
    case 'attempt':
      return fact.attempt > 1 || view.attempts.length > 1 ? [`attempt ${fact.attempt}`] : [];
    case 'refused': {
      const { placement, code = '', message = '' } = fact.try;
      const where = `${placement.instanceType} ${placement.zone} ${placement.market}`;
      // EC2 says the rest in three sentences; they are in the status, and in --json.
      const first = plain(message.split(/(?<=\.)\s/, 1)[0] ?? '');
      return [renderer.step('refused', 'refused', `${where}: ${code}${first ? `, ${first}` : ''}`)];
    }
    case 'stage': {
      if (fact.stage.state === 'running' || fact.stage.state === 'skipped') return [];
      if (fact.stage.name === 'train') return [trained(renderer, fact.stage, view, fact.attempt, whose, now)];
      return [renderer.stage(fact.stage, whose + plain(fact.stage.detail ?? ''), now)];
    }
    case 'resumed':
      return [renderer.step('resumed', 'resumed', whose + resumedWords(fact))];
    case 'checkpoint': {
      const size = fact.checkpoint.bytes === undefined ? '' : `, ${bytes(fact.checkpoint.bytes)}`;
      const { suspect } = fact.checkpoint;
      const words = `${whose}${checkpointWords(fact.checkpoint)}${size}`;
      if (suspect !== undefined)
        return [renderer.step('warning', 'checkpoint', `${words}, suspect: ${plain(suspect)}`)];
      return [renderer.step('done', 'checkpoint', words)];
    }
    case 'notice': {
      return [renderer.step('notice', 'notice', whose + noticeWords(fact, view, now))];
    }
    case 'disconnected':
      return [
        renderer.step(
          'warning',
          'disconnected',
          `${whose}the training goes on without us: ${plain(fact.why ?? 'SSH does not answer')}`,
        ),
      ];
    case 'reconnected':
      return [renderer.step('done', 'reconnected', `${whose}attached again, no log byte was lost`)];
    case 'attempt-ended': {
      if (fact.ended === 'succeeded' || fact.ended === 'stopped') return [];
      // Why nothing was launched is why the run ends.
      if (fact.ended === 'not-started' && (view.outcome !== undefined || view.ending !== undefined)) return [];
      // The notice has said why, and the training's own line that it was interrupted.
      const attempt = attemptOf(view, fact.attempt);
      if (fact.ended === 'interrupted' && attempt?.notice && trainedIn(attempt)) return [];
      // The stage that failed has just said the same.
      if (attempt?.stages.some((s) => s.state === 'failed' && s.detail && fact.reason.startsWith(s.detail))) return [];
      const mark = fact.ended === 'interrupted' ? 'notice' : 'failed';
      return [renderer.step(mark, fact.ended, whose + firstLine(fact.reason))];
    }
    case 'ending':
      return [renderer.step('stopping', 'ending', `${fact.outcome} (${fact.mode}): ${firstLine(fact.reason)}`)];
    case 'held': {
      const left = duration((Date.parse(fact.until) - now.getTime()) / 1000);
      return [
        renderer.step(
          'warning',
          'held',
          `for ${left}: trainctl ssh ${runWord(fact.run)}; end it: trainctl release ${runWord(fact.run)}`,
        ),
      ];
    }
    case 'cleanup-pending':
      return [renderer.step('warning', 'cleanup', plain(fact.what))];
    case 'warning':
      return [renderer.step('warning', 'warning', plain(fact.message))];
    case 'no-worker':
      return fact.answers
        ? [renderer.step('done', 'worker', 'answers again')]
        : [
            renderer.step(
              'warning',
              'worker',
              'none answers: nothing new is decided until one is back; training goes on',
            ),
          ];
  }
}

/** How the training of an attempt ended; only one that came to its own end is ticked. */
function trained(
  renderer: Renderer,
  stage: StageStatus,
  view: RunView,
  number: number,
  whose: string,
  now: Date,
): string {
  const attempt = attemptOf(view, number);
  const numbers = number === newestAttempt(view) ? progress(view) : '';
  const until = stage.endedAt ? Date.parse(stage.endedAt) : now.getTime();
  const time = duration((until - Date.parse(stage.startedAt)) / 1000);
  if (attempt?.ended === 'interrupted') {
    // None that is known of: after a loss nobody may have heard of the last one; the next attempt says what it resumes from.
    const last = attempt.lastCheckpoint;
    const which = last && (last.step === null ? checkpointWords(last) : `checkpoint ${last.step}`);
    const kept = last ? `, ${which} is ${last.suspect ? 'suspect' : 'whole'}` : '';
    return renderer.step('notice', stage.name, `${whose}interrupted${kept}`, time);
  }
  if (attempt?.ended === 'stopped')
    return renderer.step('stopping', stage.name, `${whose}stopped${numbers ? `  ${numbers}` : ''}`, time);
  if (stage.state === 'failed') return renderer.step('failed', stage.name, whose + plain(stage.detail ?? ''), time);
  return renderer.step(stage.state, stage.name, whose + (numbers || plain(stage.detail ?? '')), time);
}

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
