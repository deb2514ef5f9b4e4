import { isRunId } from './ids';

/** What would not be seen as it is: control and format characters, blanks of other kinds, what has no form of its own. */
const UNSEEN = /(?! )[\\\p{C}\p{Z}\p{Default_Ignorable_Code_Point}]/gu;

const escaped = (char: string): string => (char === '\\' ? '\\\\' : `\\u{${char.codePointAt(0)?.toString(16)}}`);

/**
 * A run's id as people see it, in one line that no terminal obeys: what cannot be seen is `\u{1b}`, a backslash is two; so are a
 * dash that begins it, which would be read as an option, and a blank at either end. Commands find the run by it.
 */
export function shownId(id: string): string {
  return id.replace(UNSEEN, escaped).replace(/^[- ]| $/g, escaped);
}

/** The ids that may be meant by what was typed: this very one, and the one that is shown so. */
export function idsMeant(typed: string): string[] {
  const unshown = typed.replace(/\\(?:\\|u\{([0-9a-f]{1,6})\})/g, (all, hex?: string) => {
    if (hex === undefined) return '\\';
    const code = Number.parseInt(hex, 16);
    return code > 0x10ffff ? all : String.fromCodePoint(code);
  });
  return [...new Set([typed, unshown])].filter(isRunId);
}

/** The id as one word of a command line, to be copied into a shell. */
export function runWord(id: string): string {
  const shown = shownId(id);
  return /^[A-Za-z0-9._:@%+,/-]+$/.test(shown) ? shown : `'${shown.replaceAll("'", "'\\''")}'`;
}
