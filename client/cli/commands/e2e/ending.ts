import { writeFile } from 'node:fs/promises';
import { EXIT_CODES, parseS3Url, type SuiteOutcome, type SuiteResult } from '../../../../contract';
import { messageOf, type TrainctlClient } from '../../..';
import type { CommandContext } from '../../shared/command';
import { historyUrl } from '../../shared/session';
import { count, usd } from '../../terminal/format';
import { plain } from '../../terminal/text';

/** The exit code of a suite that was followed to its end. */
export const EXITS: Record<SuiteOutcome, number> = {
  passed: EXIT_CODES.succeeded,
  failed: EXIT_CODES.failed,
  'over-budget': EXIT_CODES.budget,
  cancelled: EXIT_CODES.cancelled,
};

/** The same result with all the evidence that was kept in S3; as it is where that cannot be read. */
export async function withEvidence(client: TrainctlClient, result: SuiteResult): Promise<SuiteResult> {
  const at = result.report === undefined ? undefined : parseS3Url(`${result.report}report.json`);
  if (!at) return result;
  try {
    const stored = JSON.parse((await client.store.get(at.key, { bucket: at.bucket })).toString('utf8')) as SuiteResult;
    return stored.suite === result.suite && Array.isArray(stored.scenarios) ? stored : result;
  } catch {
    return result;
  }
}

/** What people read at the end, or the one JSON document. */
export function tellResult({ out }: CommandContext, client: TrainctlClient, result: SuiteResult): void {
  if (out.json) {
    out.value(result);
    return;
  }
  const { green, red, yellow, bold, dim } = out.colors;
  const { outcome, scenarios, costUsd, leftovers, reason, report, suite } = result;
  for (const { name, outcome: how, steps } of scenarios) {
    if (how !== 'failed') continue;
    out.line();
    for (const step of steps.filter((one) => one.outcome === 'failed')) {
      out.whole(`${bold(red(name))} failed at "${plain(step.name)}"`);
      block(out, 'why', step.error?.message);
      block(out, 'expected', step.error?.expected);
      block(out, 'seen', step.error?.seen);
      for (const { name: what, text } of step.evidence ?? []) block(out, plain(what), text);
    }
  }
  out.line();
  const colour = outcome === 'passed' ? green : outcome === 'failed' ? red : yellow;
  const of = (which: string): number => scenarios.filter((one) => one.outcome === which).length;
  const counts = `${of('passed')} passed, ${of('failed')} failed, ${of('skipped')} skipped`;
  out.whole(`${bold(colour(outcome))} · ${counts} · ${usd(costUsd)}`);
  const row = (name: string, text: string): void => out.whole(`  ${dim(name.padEnd(16))}${text}`);
  if (reason !== undefined && outcome !== 'passed') row('reason', plain(reason));
  const nothing = scenarios.length === 0 ? 'nothing: no scenario was begun' : 'nothing (asked EC2 and S3)';
  row('left behind', leftovers.length === 0 ? nothing : leftovers.map(plain).join(', '));
  if (report !== undefined) row('report', `${report}report.html`);
  const url = suite === undefined ? undefined : historyUrl(client.settings, suite);
  if (url) row('history', url);
}

/** Text of several lines that came from elsewhere. */
function block(out: CommandContext['out'], name: string, text: string | undefined): void {
  if (text === undefined || text.trim() === '') return;
  const lines = text.trimEnd().split('\n');
  if (lines.length === 1) {
    out.whole(`  ${name}: ${plain(lines[0] ?? '')}`);
    return;
  }
  out.whole(`  ${name} (${count(lines.length, 'line')}):`);
  for (const line of lines) out.whole(`    ${plain(line)}`);
}

export interface ReportFiles {
  junit?: string;
  html?: string;
}

/**
 * The reports that were asked for, written on this machine. One that cannot be written is told, and keeps nothing from the result.
 * @returns whether all were written
 */
export async function writeReports(
  { out }: Pick<CommandContext, 'out'>,
  result: SuiteResult,
  files: ReportFiles,
): Promise<boolean> {
  if (files.junit === undefined && files.html === undefined) return true;
  const { htmlPage, junitXml } = await import('../../../../e2e/reports/index.js');
  const wanted = [
    [files.junit, junitXml],
    [files.html, htmlPage],
  ] as const;
  let all = true;
  for (const [file, made] of wanted) {
    if (file === undefined) continue;
    try {
      await writeFile(file, made(result));
      out.note(`written: ${file}`);
    } catch (error) {
      all = false;
      out.note(`not written: ${file}: ${messageOf(error)}`);
    }
  }
  return all;
}
