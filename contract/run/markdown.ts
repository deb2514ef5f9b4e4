/**
 * Text in pages of the Temporal UI, which are Markdown of two dialects: that of the server in Go (quotes, dashes, fractions and dots are
 * made typographic, `$…$` is maths, bare addresses are links, HTML is HTML) and CommonMark with tables. What comes from elsewhere is
 * nothing but text in both.
 */

/** What nobody sees and what turns the direction of writing: also halves of characters, of which the UI cannot make an address. */
const UNSEEN = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u{e0000}-\u{e007f}]/gu;

/** Means something wherever it is. */
const ALWAYS = '!"#$&\'()*+<=>@[\\]^_`{|}~';

const entity = (char: string): string => `&#${char.charCodeAt(0)};`;

const isWord = (char: string | undefined): boolean => char !== undefined && /[\p{L}\p{N}]/u.test(char);

/** Means something beside some others: `--`, `...`, `1/2`, `https://`, `: ` that begins a line. */
function means(char: string, before: string | undefined, after: string | undefined): boolean {
  if (char === '-') return !(isWord(before) && isWord(after));
  if (char === '.') return before === undefined || before === ' ' || before === '.' || after === '.';
  if (char === '/') return before === '/' || after === '/' || (/\d/.test(before ?? '') && /\d/.test(after ?? ''));
  if (char === ':') {
    if (/\d/.test(before ?? '') && /\d/.test(after ?? '')) return false;
    return before === undefined || before === ' ' || (after !== undefined && after !== ' ');
  }
  return ALWAYS.includes(char);
}

/** The first `max` characters of `text` in one line, none of which is Markdown. */
export function markdownText(text: string, max = 200): string {
  const line = firstOf(text.replace(/\s+/g, ' ').trim().replace(UNSEEN, '�'), max);
  const chars = [...line];
  const safe = chars.map((char, i) => (means(char, chars[i - 1], chars[i + 1]) ? entity(char) : char)).join('');
  // A number and a dot begin a list.
  return safe.replace(/^(\d+)\./, '$1&#46;');
}

/** The UI puts its own values for these, wherever they stand. */
const TEMPLATES = /\{(?=(?:namespace|workflowId|runId)\})/g;

/** The same as code, which is to be copied: also its quotes stay as they are, which the UI makes typographic in text. Not for tables. */
export function markdownCode(text: string, max = 200): string {
  const line = firstOf(text.replace(/\s/g, ' ').trim().replace(UNSEEN, '�'), max).replace(TEMPLATES, '{\u2060');
  const longest = longestTicks(line);
  const fence = '`'.repeat(longest + 1);
  return longest === 0 ? `${fence}${line}${fence}` : `${fence} ${line} ${fence}`;
}

/** Lines as they are, in a block that they cannot leave. */
export function markdownBlock(text: string): string {
  const lines = text.replace(/\r\n?/g, '\n').split('\n');
  const clean = lines.map((line) => line.replace(/\t/g, '    ').replace(UNSEEN, '�').trimEnd());
  const body = clean.join('\n').replace(TEMPLATES, '{\u2060');
  if (body.trim() === '') return '';
  const fence = '`'.repeat(Math.max(2, longestTicks(body)) + 1);
  return `${fence}\n${body}\n${fence}`;
}

const longestTicks = (text: string): number => Math.max(0, ...(text.match(/`+/g) ?? []).map((ticks) => ticks.length));

/** A table whose columns stand apart: the UI gives its cells no room. Cells are Markdown of one line. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[]): string => `| ${cells.map((cell) => `${cell}&#8194;`).join(' | ')} |`;
  return [row(head), `|${head.map(() => ' --- |').join('')}`, ...rows.map(row)].join('\n');
}

/** A character of two halves is not cut between them. */
const firstOf = (text: string, max: number): string =>
  text.length <= max ? text : `${text.slice(0, max - 1).replace(/\p{Cs}$/u, '')}…`;
