import type { MetricValue } from '../contract';

/**
 * Lines of metrics, read as the agent reads them (agent/trainctl_agent/streams/rows.py): both are held to one table of
 * examples, test/support/metrics-lines.json.
 */

/** Levels of objects that are looked into, items of a list that is, and values of one line. */
const [DEPTH, LIST, LEAVES] = [8, 16, 4096];
/** Bytes of a line. */
const LONGEST = 1024 * 1024;
const MOST_STEPS = 1e12;

/** Words that are no JSON, and whole numbers that lose digits when they are read as numbers: seeds, hashes. Strings first, to be left. */
const BARE = /"(?:[^"\\]|\\.)*"|(?<![\p{L}\p{N}_.])[-+]?(?:nan|inf(?:inity)?|\d{16,})(?![\p{L}\p{N}_.])/giu;
const WORD = /^([-+]?)(nan|inf(?:inity)?)$/i;
const NUMBER = /^-?\d{1,32}(?:\.\d{1,32})?(?:e[-+]?\d{1,3})?$/i;

/** One line: its values by name, in plain names, and what is wrong with its step, or why it cannot be read. */
export type ReadLine = { values: Record<string, unknown>; fault?: string } | { why: string };

/** The object of a line; Python's NaN and Infinity are no JSON, and are read all the same, as these words. */
export function readLine(line: string): ReadLine {
  const text = line.replace(/^\ufeff/, '');
  let row: unknown;
  if (Buffer.byteLength(line) > LONGEST) return { why: 'it is longer than 1 MiB' };
  try {
    row = JSON.parse(/\d{16}/.test(text) ? quoted(text) : text);
  } catch (error) {
    try {
      row = JSON.parse(quoted(text));
    } catch {
      return { why: `it is not JSON: ${(error as Error).message.slice(0, 80)}` };
    }
  }
  if (typeof row !== 'object' || row === null || Array.isArray(row)) return { why: 'it is JSON, but no object' };
  const fault = stepFault((row as Record<string, unknown>).step);
  return { values: flat(row as Record<string, unknown>), ...(fault === undefined ? {} : { fault }) };
}

function stepFault(step: unknown): string | undefined {
  if (step === undefined || step === null || stepOf({ step }) !== undefined) return undefined;
  return `its step is ${numberOf(step) ?? kindOf(step)}, not a number of 0 or more`;
}

function kindOf(value: unknown): string {
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return 'text';
  return Array.isArray(value) ? 'a list' : 'an object';
}

const quoted = (text: string): string =>
  text.replace(BARE, (found) => (found.startsWith('"') ? found : `"${wordOf(found) ?? found}"`));

/** `-inf` as `-Infinity`; undefined for what is another word. */
function wordOf(text: string): Exclude<MetricValue, number> | undefined {
  const [, sign, word] = WORD.exec(text) ?? [];
  if (word === undefined) return undefined;
  if (word.toLowerCase() === 'nan') return 'NaN';
  return sign === '-' ? '-Infinity' : 'Infinity';
}

/** A value as it is shown: a number, the name of one that is not finite, or undefined for what is no number. */
export function numberOf(value: unknown): MetricValue | undefined {
  if (typeof value === 'string') {
    const text = value.trim();
    return wordOf(text) ?? (NUMBER.test(text) ? numberOf(Number(text)) : undefined);
  }
  if (typeof value !== 'number') return undefined;
  return Number.isFinite(value) ? value : wordOf(String(value));
}

/** The step that a row says; undefined when it says none that can be one. */
export function stepOf({ step }: Record<string, unknown>): number | undefined {
  const value = numberOf(step);
  return typeof value === 'number' && value >= 0 && value < MOST_STEPS ? Math.floor(value) : undefined;
}

/**
 * Values by name, the nearest first: `{"eval": {"loss": 1}}` is `eval/loss`, `{"top": [3, 1]}` is `top/0` and `top/1`. Long
 * lists and what lies too deep stay what they are. Numbers that are not finite are their names.
 */
export function flat(row: Record<string, unknown>): Record<string, unknown> {
  // No prototype: a metric may have the name of what objects inherit.
  const values: Record<string, unknown> = Object.create(null);
  let level: [prefix: string, group: object][] = [['', row]];
  let leaves = 0;
  for (let depth = 0; depth < DEPTH; depth++) {
    const below: typeof level = [];
    for (const [prefix, group] of level) {
      for (const [key, value] of Object.entries(group)) {
        const name = prefix + key;
        if (depth + 1 < DEPTH && opens(value)) below.push([`${name}/`, value]);
        else if (++leaves > LEAVES) return values;
        else values[name] = spelled(value);
      }
    }
    level = below;
  }
  return values;
}

const opens = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && (!Array.isArray(value) || value.length <= LIST);

/** JSON has no infinity, but a number such as 1e999 is read as one. */
function spelled(value: unknown): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) return wordOf(String(value));
  if (Array.isArray(value)) return value.map(spelled);
  return value;
}
