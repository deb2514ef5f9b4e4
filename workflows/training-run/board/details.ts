import {
  type AttemptStatus,
  checkpointWords,
  commandWords,
  LIVE_LINE,
  markdownBlock,
  markdownCode,
  markdownTable,
  markdownText,
  notFiniteWords,
  placementLabel,
  type RunStatus,
  runWord,
  unreadableWords,
} from '../../../contract';
import { dollars } from '../../rules/costs';
import { shorten } from '../../rules/texts';

/** Attempts that the page shows in full; earlier ones are counted. */
const SHOWN = 6;

/** How much of a reason, and of a command, is shown. Characters. */
const REASON = 1500;
const COMMAND = 1000;

/** What the page says beside the status. */
export interface Beside {
  /** Epoch milliseconds: what costs money is counted up to then. */
  now: number;
  command?: string | string[];
  /** Dollars an hour of what runs. */
  hourlyUsd?: number;
  /** A host may be training: what it has written last has a place on the page. */
  live?: boolean;
}

/**
 * The page that a person reads in the Temporal UI ("current details"): what the run is doing, what each attempt came to, and
 * what needs attention. Markdown, in which whatever comes from elsewhere is nothing but text.
 */
export function details(status: RunStatus, beside: Beside): string {
  const parts = [
    headline(status),
    beside.live ? LIVE_LINE : '',
    commandBlock(beside.command),
    facts(status, beside),
    attention(status),
    attempts(status),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

function headline(status: RunStatus): string {
  if (status.outcome)
    return `### ${status.outcome}\n\n${markdownBlock(shorten(status.reason ?? '', REASON))}`.trimEnd();
  const { ending } = status;
  return `### ${status.phase}${ending ? ` (ending: ${ending.outcome}, ${markdownText(ending.reason)})` : ''}`;
}

/** As it was typed: a block keeps its blanks and lines. */
function commandBlock(command: Beside['command']): string {
  if (command === undefined) return '';
  return markdownBlock(shorten(typeof command === 'string' ? command.trim() : commandWords(command), COMMAND));
}

function facts(status: RunStatus, { hourlyUsd, now }: Beside): string {
  if (status.runKey === '') return '';
  const { lastCheckpoint: last, deadlineAt, etaAt, maxCostUsd } = status;
  const most = maxCostUsd === undefined ? '' : ` of at most ${money(maxCostUsd)}`;
  const going = hourlyUsd ? ` at ${timeOf(now)}, and ${money(hourlyUsd)} an hour since then` : '';
  const lines = [
    `cost: ${money(status.costUsd)}${most}${going}`,
    ...(deadlineAt ? [`until ${deadlineAt}`] : []),
    ...(last ? [`last checkpoint: ${markdownText(checkpointWords(last))}${last.suspect ? ' (suspect)' : ''}`] : []),
    ...(etaAt ? [`training expected to end at ${etaAt}`] : []),
    ...(status.resumedFromStep === undefined ? [] : [`resumed from step ${status.resumedFromStep}`]),
    ...(status.interruptions > 0 ? [`interruptions: ${status.interruptions}`] : []),
    ...(status.failures > 0 ? [`failures: ${status.failures}`] : []),
    `files: ${markdownCode(`s3://${status.bucket}/${status.prefix}runs/${status.runKey}/`)}`,
  ];
  return lines.map((line) => `- ${line}`).join('\n');
}

function attention(status: RunStatus): string {
  const parts = (status.warnings ?? []).map((w) => `> **${markdownText(w.at, 40)}** ${markdownText(w.message, 300)}`);
  for (const found of status.notFinite ?? []) parts.push(`> ${markdownText(notFiniteWords(found))}`);
  if (status.unreadableMetrics) parts.push(`> ${markdownText(unreadableWords(status.unreadableMetrics))}`);
  if (status.heldUntil) {
    const run = runWord(status.run);
    parts.push(
      `> **Held until ${status.heldUntil}:** ${markdownCode(`trainctl ssh ${run}`, 400)}, then ${markdownCode(`trainctl release ${run}`, 400)}`,
    );
  }
  if (status.cleanupPending)
    parts.push(`> **Not gone yet, still being ended:** ${markdownText(status.cleanupPending)}`);
  return parts.join('\n>\n');
}

function attempts({ attempts: all }: RunStatus): string {
  if (all.length === 0) return '';
  const shown = all.slice(-SHOWN);
  const hidden = all.length - shown.length;
  return markdownTable(
    ['attempt', 'where', 'instance', 'now', 'came to'],
    [...(hidden > 0 ? [[`1–${hidden}`, '', '', '', 'earlier attempts']] : []), ...shown.map(row)],
  );
}

function row(a: AttemptStatus): string[] {
  const running = a.stages.filter((s) => s.state === 'running').map((s) => s.name);
  const refused = a.tries.filter((t) => t.code !== undefined).at(-1);
  const now = [
    ...running,
    ...(a.disconnectedSince ? [`disconnected since ${a.disconnectedSince}: ${a.disconnectedWhy ?? ''}`] : []),
    ...(a.scheduled && !a.ended ? [`maintenance scheduled: ${a.scheduled.action} at ${a.scheduled.time}`] : []),
    ...(a.notice ? [`notice: ${a.notice.action} at ${a.notice.time}`] : []),
    ...(refused && !a.instanceId ? [`${placementLabel(refused.placement)}: ${refused.code}`] : []),
  ];
  const cells = [
    String(a.number),
    a.placement ? placementLabel(a.placement) : '',
    a.instanceId ?? '',
    now.join(', '),
    a.ended ? `${a.ended}: ${a.reason ?? ''}` : '',
  ];
  return cells.map((cell) => markdownText(cell));
}

/** What the UI would take for the beginning of maths is none. */
const money = (usd: number): string => markdownText(dollars(usd));

const timeOf = (ms: number): string => new Date(ms).toISOString().slice(11, 19);
