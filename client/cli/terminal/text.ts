// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are made of them
const ESCAPES = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: what a log line may contain and a terminal would obey
const CONTROL = /[\u0000-\u0007\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** A line of somebody's log, fit to be shown: no escape sequence in it moves our cursor or colours our screen. */
export function plain(line: string): string {
  return backed(lastState(line).replace(/\t/g, '    ').replace(CONTROL, ''));
}

/**
 * A progress bar rewrites its line with carriage returns, before or after each state: the last one is what a terminal would
 * show.
 */
function lastState(line: string): string {
  for (let end = line.length; ; ) {
    const start = line.lastIndexOf('\r', end - 1);
    const state = line.slice(start + 1, end).replace(ESCAPES, '');
    if (state !== '' || start < 0) return state;
    if (start === 0) return '';
    end = start;
  }
}

/** Some go back with backspaces instead. */
function backed(text: string): string {
  if (!text.includes('\b')) return text;
  const shown: string[] = [];
  let at = 0;
  for (const char of text) {
    if (char === '\b') at = Math.max(0, at - 1);
    else shown[at++] = char;
  }
  return shown.join('');
}

/** Columns that a text takes in a terminal; colours take none, wide characters two. */
export function width(text: string): number {
  let columns = 0;
  for (const char of text.replace(ESCAPES, '')) columns += widthOf(char.codePointAt(0) ?? 0);
  return columns;
}

/** Cuts a text to so many columns, with `…` where something is missing. Colours that were open are closed. */
export function clip(text: string, columns: number): string {
  if (width(text) <= columns) return text;
  if (columns <= 0) return '';
  let out = '';
  let used = 0;
  let coloured = false;
  for (let i = 0; i < text.length; ) {
    ESCAPES.lastIndex = i;
    const sequence = ESCAPES.exec(text);
    if (sequence && sequence.index === i) {
      out += sequence[0];
      coloured = true;
      i += sequence[0].length;
      continue;
    }
    const char = String.fromCodePoint(text.codePointAt(i) ?? 0);
    const wide = widthOf(char.codePointAt(0) ?? 0);
    if (used + wide > columns - 1) break;
    out += char;
    used += wide;
    i += char.length;
  }
  ESCAPES.lastIndex = 0;
  return `${out}…${coloured ? '\u001b[0m' : ''}`;
}

/** Fills a text with spaces on its right. */
export function pad(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - width(text)));
}

function widthOf(code: number): number {
  if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return 0;
  if ((code >= 0x300 && code <= 0x36f) || code === 0x200d || (code >= 0xfe00 && code <= 0xfe0f)) return 0;
  return WIDE.some(([from, to]) => code >= from && code <= to) ? 2 : 1;
}

/** The large blocks of Unicode's East Asian Wide, and emoji that terminals draw two columns wide. */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x23e9, 0x23ec],
  [0x2614, 0x2615],
  [0x26a1, 0x26a1],
  [0x2705, 0x2705],
  [0x274c, 0x274c],
  [0x2e80, 0xa4cf],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1f64f],
  [0x1f680, 0x1f6ff],
  [0x1f900, 0x1f9ff],
  [0x20000, 0x3fffd],
];
