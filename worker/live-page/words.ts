import {
  checkpointWords,
  formatDuration,
  type Live,
  type MetricValue,
  markdownBlock,
  markdownText,
} from '../../contract';

/** What is shown of metrics, and of a log: the page is handed on in an address, which has room for some KB. */
const METRICS = 8;
const LINES = 12;
const LONGEST = 160;

/** What was written longer ago is told so. Milliseconds. */
const OLD_MS = 60_000;

/** Said otherwise on the page, or nothing that is measured. */
const HIDDEN = new Set(['step', 'steps', 'total_steps', 'max_steps', 'time', 'ts', 'timestamp', 't']);

/** A host's own account of itself, as Markdown for the Temporal UI: its numbers and the last lines of its log, and of when they are. */
export function liveWords(live: Live | undefined, log: string, now: Date): string {
  if (!live) return '*(its host has written nothing yet: no step, no metrics, no log)*';
  const lines = [
    `**${[stepWords(live), ...metricWords(live)].join(' · ')}**`,
    ...(live.checkpoint ? [`- its last checkpoint: ${checkpoint(live)}`] : []),
    ...(live.notice ? [`- notice of EC2: ${markdownText(`${live.notice.action} at ${live.notice.time}`)}`] : []),
    `- ${ageWords(live, now)}`,
  ];
  const block = markdownBlock(lastLines(log));
  return `${lines[0]}\n\n${lines.slice(1).join('\n')}${block === '' ? '' : `\n\n${block}`}`;
}

function stepWords({ phase, step, steps, etaAt }: Live): string {
  const where = step === undefined ? 'no step reported' : `step ${step}${steps === undefined ? '' : ` of ${steps}`}`;
  const end =
    etaAt !== undefined && phase === 'training' ? `, the last at ${markdownText(etaAt.slice(0, 19), 30)} UTC` : '';
  return `${phase === 'training' ? '' : `${phase}, `}${where}${end}`;
}

/** What is no finite number comes first. */
function metricWords({ metrics = {} }: Live): string[] {
  const shown = Object.entries(metrics).filter(([name]) => !HIDDEN.has(name));
  shown.sort(([, a], [, b]) => Number(typeof b === 'string') - Number(typeof a === 'string'));
  const words = shown.slice(0, METRICS).map(([name, value]) => markdownText(`${name} ${figure(value)}`, 60));
  return shown.length > METRICS ? [...words, `${shown.length - METRICS} more metrics`] : words;
}

const figure = (value: MetricValue): string =>
  typeof value === 'number' ? String(Number(value.toPrecision(5))) : value;

function checkpoint({ checkpoint: last, attempt }: Live): string {
  if (!last) return '';
  const when = last.step !== null && last.at !== '' ? `, ${last.at.slice(11, 19)}` : '';
  return markdownText(
    `${checkpointWords({ ...last, attempt })}${when}${last.suspect === undefined ? '' : ' (suspect)'}`,
  );
}

/** Clocks of hosts differ: a future is now. */
function ageWords({ at, logBytes, logUploaded }: Live, now: Date): string {
  const age = Math.max(0, now.getTime() - Date.parse(at));
  const behind = logBytes > logUploaded ? `; ${logBytes - logUploaded} B of its log are not sent yet` : '';
  const time = markdownText(at.slice(11, 19), 20);
  if (Number.isNaN(age)) return `nobody knows when that was written${behind}`;
  if (age <= OLD_MS) return `as of ${time} UTC${behind}`;
  return `**not new: as of ${time} UTC, ${formatDuration(age / 1000)} ago**${behind}`;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what terminals obey
const OBEYED = /\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|.)/g;

/** The last lines, each as a terminal would show it at last: what a progress bar has overwritten is gone. */
function lastLines(log: string): string {
  const shown = log.split('\n').map((line) => {
    const clean = line.replace(OBEYED, '').replace(/\r+$/, '');
    const last = clean.slice(clean.lastIndexOf('\r') + 1);
    return last.length <= LONGEST ? last : `${last.slice(0, LONGEST - 1)}…`;
  });
  return shown
    .filter((line) => line.trim() !== '')
    .slice(-LINES)
    .join('\n');
}
