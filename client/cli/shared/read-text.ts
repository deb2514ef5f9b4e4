import { readFileSync } from 'node:fs';

/** A file that holds no text. */
export class NotText extends Error {}

/**
 * The text of a file, in UTF-8, or in the UTF-16 that PowerShell's `>` writes. Other bytes would become other characters: they are
 * U+FFFD in the text, which may stand in comments alone (see {@link checkLetters}).
 * @throws NotText; what the disk says
 */
export function readText(file: string): Text {
  const data = readFileSync(file);
  const mark = data.toString('latin1', 0, 2);
  const wide = mark === '\xff\xfe' ? 'utf-16le' : mark === '\xfe\xff' ? 'utf-16be' : undefined;
  try {
    return { text: decode(data, wide ?? 'utf-8') };
  } catch {
    if (wide) throw new NotText('it begins as UTF-16 and is none: save it as UTF-8');
    return { text: new TextDecoder().decode(data), strange: firstStrange(data) };
  }
}

/** `strange`: where the first bytes are that are no UTF-8, and what to do; absent: there are none. */
export interface Text {
  text: string;
  strange?: string;
}

/**
 * Refuses strange bytes in what was read of a text, its comments left out.
 * @throws NotText
 */
export function checkLetters({ strange }: Text, read: unknown): void {
  if (strange !== undefined && JSON.stringify(read)?.includes('\ufffd')) throw new NotText(strange);
}

function decode(data: Buffer, encoding: string): string {
  return new TextDecoder(encoding, { fatal: true }).decode(data);
}

function firstStrange(data: Buffer): string {
  let from = 0;
  for (let line = 1; ; line++) {
    const end = data.indexOf(10, from);
    const bytes = data.subarray(from, end < 0 ? data.length : end);
    const before = wholePart(bytes);
    if (before < bytes.length || end < 0) {
      const byte = `byte 0x${(bytes[before] ?? 0).toString(16).padStart(2, '0')} in line ${line}, after ${before} bytes of it`;
      return `it is not UTF-8 (${byte}): save it as that in your editor, or, if it is in Latin-1, by iconv -f latin1 -t utf-8`;
    }
    from = end + 1;
  }
}

/** How many bytes of a line come before the first that is no UTF-8. */
function wholePart(bytes: Buffer): number {
  for (let at = 0; at < bytes.length; ) {
    const first = bytes[at] ?? 0;
    const size = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    try {
      decode(bytes.subarray(at, at + size), 'utf-8');
    } catch {
      return at;
    }
    at += size;
  }
  return bytes.length;
}
