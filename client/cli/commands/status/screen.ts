import { checkpointWords, runWord, shownId } from '../../../../contract';
import { factsBetween, type RunHandle, type RunView, type TrainctlClient } from '../../..';
import type { CommandContext } from '../../shared/command';
import { historyUrl } from '../../shared/session';
import { stillCostsWords } from '../../shared/still-costs';
import { ago, count, duration, usd } from '../../terminal/format';
import { Renderer } from '../../terminal/renderer';
import { clip, plain } from '../../terminal/text';
import { costs } from '../../watch/ending-lines';
import { factLines } from '../../watch/fact-lines';
import { hasTrained } from '../../watch/finish-run';
import { metricRows } from '../../watch/metric-rows';
import { notKeptLines } from '../../watch/not-kept-lines';
import { progress, secondsLeft } from '../../watch/progress';
import { pausedLines } from './paused';
import { hostDifferences, type Recipe, recipeRows } from './recipe';
import { storedRecipe } from './stored-recipe';

/** Columns of an id in the first line of a status, whose end is what is looked for. */
const LONGEST_ID = 60;

/** `trainctl status RUN`: one look. Exits 0 whatever the run's outcome is; `--wait` and `--watch` exit with it. */
export async function showStatus(context: CommandContext, client: TrainctlClient, handle: RunHandle): Promise<number> {
  const view = await handle.status();
  // What is not to be had now is said, and not asked for once more.
  const spec = await storedRecipe(handle, view.storeFault === undefined);
  if (context.out.json) context.out.value(spec === undefined ? view : { ...view, command: spec.command });
  else {
    for (const line of statusLines(context, view, spec)) context.out.line(line);
    const url = historyUrl(client.settings, view.run);
    if (view.forgotten)
      context.out.line(
        `  ${context.out.colors.dim('history'.padEnd(16))}forgotten by Temporal; this is what it left in S3`,
      );
    else if (url) context.out.whole(`  ${context.out.colors.dim('history'.padEnd(16))}${url}`);
  }
  return 0;
}

/** A run on one screen. */
function statusLines({ out, now }: Pick<CommandContext, 'out' | 'now'>, view: RunView, spec?: Recipe): string[] {
  const renderer = new Renderer(out);
  const { bold, dim } = out.colors;
  const at = now();
  const seconds = (Date.parse(view.endedAt ?? at.toISOString()) - Date.parse(view.startedAt)) / 1000;
  const state = view.outcome ? renderer.outcome(view.outcome, view.cut) : view.phase;
  const head = [
    `${bold(clip(shownId(view.run), LONGEST_ID))} ${state}`,
    duration(seconds),
    costs(view.costUsd, view.onDemandUsd, view.leastUsd),
  ];
  if (view.attemptCount > 0) head.push(count(view.attemptCount, 'attempt'));
  if (view.interruptions > 0) head.push(count(view.interruptions, 'interruption'));
  const lines = [head.join(' · ')];
  if (view.reason && view.outcome !== 'succeeded')
    lines.push(...view.reason.split('\n').map((line) => `  ${plain(line)}`));
  let under = 1;
  for (const fact of factsBetween(undefined, view)) {
    if (fact.event === 'checkpoint') continue;
    if (fact.event === 'attempt') under = fact.attempt;
    if (fact.event === 'stage' && fact.stage.state === 'running') {
      const detail = fact.stage.name === 'train' ? progress(view, at) : plain(fact.stage.detail ?? '');
      lines.push(renderer.stage(fact.stage, detail, at));
    } else lines.push(...factLines(renderer, fact, view, at, under));
  }
  const row = (name: string, text: string): void => void lines.push(`  ${dim(name.padEnd(16))}${text}`);
  if (view.storeFault)
    row(
      'not readable',
      `${view.storeFault}; its log, checkpoints and outputs are not shown, nor what its host has said last`,
    );
  for (const text of pausedLines(view)) row('paused', text);
  if (view.stillCosts) row('still costs', stillCostsWords(view.stillCosts, at));
  if (view.schedule !== undefined)
    row('schedule', `${shownId(view.schedule)}: trainctl schedule show ${runWord(view.schedule)}`);
  for (const [name, text] of spec ? recipeRows(spec, view.origin) : []) row(name, text);
  for (const [name, text] of hostDifferences(view)) row(name, text);
  if (view.outputs?.some((output) => output.files > 0)) row('outputs', `trainctl outputs get ${runWord(view.run)}`);
  for (const [i, line] of (view.notKept ? notKeptLines(view.notKept) : []).entries())
    row(i === 0 ? 'not kept' : '', line);
  if (view.outcome && view.outcome !== 'succeeded' && hasTrained(view))
    row('log', `trainctl logs ${runWord(view.run)}`);
  const newest = view.attempts.at(-1);
  if (newest?.restored && newest.firstStep === undefined && !view.endedAt)
    row('resumed', `unknown until its training reports a step (restored: ${checkpointWords(newest.restored)})`);
  const scheduled = newest?.ended === undefined ? newest?.scheduled : undefined;
  if (scheduled)
    row('maintenance', `${scheduled.action} not before ${scheduled.time} (in ${left(scheduled.time, at)})`);
  const last = view.lastCheckpoint;
  if (last) row('checkpoint', `${checkpointWords(last)}${last.suspect ? ' (suspect)' : ''}  ${last.key}`);
  for (const [name, text] of metricRows(view)) row(name, text);
  const untilEnd = secondsLeft(view, at);
  if (view.etaAt && untilEnd !== undefined)
    row('expected end', `${view.etaAt} (in ${duration(untilEnd)}, as fast as it goes now)`);
  if (view.deadlineAt && !view.endedAt) {
    const early = view.etaAt ? (Date.parse(view.etaAt) - Date.parse(view.deadlineAt)) / 1000 : 0;
    const before = early > 0 ? `, ${duration(early)} before the expected end` : '';
    row('deadline', `${view.deadlineAt} (in ${left(view.deadlineAt, at)}${before})`);
  }
  if (view.maxCostUsd !== undefined && !view.endedAt) row('budget', `${usd(view.costUsd)} of ${usd(view.maxCostUsd)}`);
  const live = view.live;
  if (live && !view.endedAt && at.getTime() - Date.parse(live.at) > 15_000) {
    row('host', `last heard ${ago(live.at, at)}`);
  }
  return lines;
}

const left = (until: string, now: Date): string => duration((Date.parse(until) - now.getTime()) / 1000);
