import {
  type AttemptStatus,
  checkpointWords,
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

/**
 * The page that a person reads in the Temporal UI ("current details"): what the run is doing, what each attempt came to, and
 * what needs attention. Markdown; text that came from elsewhere is kept from breaking the table.
 */
export function details(status: RunStatus): string {
  return [headline(status), facts(status), attention(status), attempts(status)]
    .filter((part) => part !== '')
    .join('\n\n');
}

function headline(status: RunStatus): string {
  if (status.outcome) return `### ${status.outcome}\n${fenced(status.reason ?? '')}`;
  const ending = status.ending ? ` (ending: ${status.ending.outcome}, ${plain(status.ending.reason)})` : '';
  return `### ${status.phase}${ending}`;
}

function facts(status: RunStatus): string {
  const lines = [
    `cost ${dollars(status.costUsd)}${status.maxCostUsd === undefined ? '' : ` of at most ${dollars(status.maxCostUsd)}`}`,
    ...(status.deadlineAt ? [`until ${status.deadlineAt}`] : []),
    ...(status.lastCheckpoint
      ? [
          `last checkpoint: ${checkpointWords(status.lastCheckpoint)}${status.lastCheckpoint.suspect ? ' (suspect)' : ''}`,
        ]
      : []),
    ...(status.etaAt ? [`training expected to end at ${status.etaAt}`] : []),
    ...(status.resumedFromStep === undefined ? [] : [`resumed from step ${status.resumedFromStep}`]),
    ...(status.interruptions > 0 ? [`interruptions: ${status.interruptions}`] : []),
    ...(status.failures > 0 ? [`failures: ${status.failures}`] : []),
    `files: \`s3://${status.bucket}/${status.prefix}runs/${status.runKey}/\``,
  ];
  return status.runKey === '' ? '' : lines.map((line) => `- ${line}`).join('\n');
}

function attention(status: RunStatus): string {
  const parts = (status.warnings ?? []).map((w) => `> **${w.at}** ${plain(w.message)}`);
  for (const found of status.notFinite ?? []) parts.push(`> ${plain(notFiniteWords(found))}`);
  if (status.unreadableMetrics) parts.push(`> ${plain(unreadableWords(status.unreadableMetrics))}`);
  if (status.heldUntil)
    parts.push(
      `> **Held until ${status.heldUntil}:** ${code(`trainctl ssh ${runWord(status.run)}`)}, then ${code(`trainctl release ${runWord(status.run)}`)}`,
    );
  if (status.cleanupPending) parts.push(`> **Not gone yet, still being ended:** ${plain(status.cleanupPending)}`);
  return parts.join('\n>\n');
}

function attempts({ attempts: all }: RunStatus): string {
  if (all.length === 0) return '';
  const shown = all.slice(-SHOWN);
  const hidden = all.length - shown.length;
  return [
    '| attempt | where | instance | now | came to |',
    '| --- | --- | --- | --- | --- |',
    ...(hidden > 0 ? [`| 1–${hidden} | | | | earlier attempts |`] : []),
    ...shown.map(row),
  ].join('\n');
}

function row(a: AttemptStatus): string {
  const running = a.stages.filter((s) => s.state === 'running').map((s) => s.name);
  const refused = a.tries.filter((t) => t.code !== undefined).at(-1);
  const now = [
    ...running,
    ...(a.disconnectedSince ? [`disconnected since ${a.disconnectedSince}: ${a.disconnectedWhy ?? ''}`] : []),
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
  return `| ${cells.map((cell) => plain(cell)).join(' | ')} |`;
}

/** One line, no Markdown of its own. */
const plain = (text: string): string => shorten(text.replace(/\s+/g, ' '), 200).replace(/[|`<>*_[\]\\]/g, '\\$&');

/** Code that ends where it should, whatever backticks are in it. */
function code(text: string): string {
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map((ticks) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return longest === 0 ? `${fence}${text}${fence}` : `${fence} ${text} ${fence}`;
}

/** As it is, in a block that it cannot leave. */
const fenced = (text: string): string => (text === '' ? '' : `\n\`\`\`text\n${text.replace(/```/g, "'''")}\n\`\`\``);
