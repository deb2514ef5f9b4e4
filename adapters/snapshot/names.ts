import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { SnapshotError } from './errors';

/** What stands in a name for bytes that are not UTF-8. */
const UNREADABLE = '\uFFFD';

/** Whether some bytes of the name were lost when it was read. */
export const isUnreadable = (file: string): boolean => file.includes(UNREADABLE);

// biome-ignore lint/suspicious/noControlCharactersInRegex: what a name may hold and a list of names would obey
const ODD = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** A name as one word of one line: what would end the line, or obey a terminal, is written as in JSON. */
export function shownName(name: string): string {
  if (name.search(ODD) === -1) return name;
  return JSON.stringify(name).replace(ODD, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Such a name has no one form in a tar that every host reads back. What is advised works: the name's own bytes are shown. */
export async function notUtf8(dir: string, file: string): Promise<SnapshotError> {
  const parts = file.split('/');
  const bad = parts.findIndex(isUnreadable);
  const folder = parts.slice(0, bad);
  const name = parts[bad] ?? '';
  const bytes = await bytesOf(path.join(dir, ...folder), name);
  const from = shellWord(Buffer.concat([Buffer.from(`${path.join(dir, ...folder)}/`), bytes]));
  return new SnapshotError(
    `the name of ${JSON.stringify(file)} is not UTF-8: rename the file (mv -- ${from} NEW-NAME), ` +
      `or leave it out with this line in .trainctlignore: ${ignoreLine([...folder, name])}`,
  );
}

/** The name as it lies in its folder; several may read alike, and the first stands for them. */
async function bytesOf(folder: string, name: string): Promise<Buffer> {
  const names = await readdir(folder, { encoding: 'buffer' }).catch(() => []);
  const found = names.find((one) => one.toString('utf8') === name && !Buffer.from(name).equals(one));
  return found ?? Buffer.from(name);
}

/** Bytes as a word for bash and zsh. */
function shellWord(bytes: Buffer): string {
  const text = [...bytes].map((byte) => {
    const char = String.fromCharCode(byte);
    return /[A-Za-z0-9 ._/+@%=:,-]/.test(char) ? char : `\\x${byte.toString(16).padStart(2, '0')}`;
  });
  return `$'${text.join('')}'`;
}

/** The line of an ignore file that names exactly such paths. */
const ignoreLine = (parts: string[]): string =>
  `/${parts
    .join('/')
    .replace(/[\\*?[\]]/g, '\\$&')
    .replaceAll(UNREADABLE, '?')}`;
