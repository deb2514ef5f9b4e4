import type { NotKept, NotKeptWhy } from '../../../contract';
import { bytes, count } from '../terminal/format';
import { plain } from '../terminal/text';

const WHY: Record<NotKeptWhy, string> = {
  limit: 'over outputs.limit',
  many: 'too many files: in outputs/, or packed into one, they are kept',
  ignored: 'ignored by .gitignore or .trainctlignore',
  input: 'an input, changed',
  unnamed: 'not named in outputs',
};

/** What a command wrote and nobody kept: one line for all of it, then the largest by name. */
export function notKeptLines({ files, bytes: size, named }: NotKept): string[] {
  const lines = named.map(({ path, files: inside, bytes: each, why }) => {
    const many = inside > 1 ? `${count(inside, 'file')}, ` : '';
    return `${plain(path)}  ${many}${bytes(each)}  ${WHY[why]}`;
  });
  const rest = files - named.reduce((sum, entry) => sum + entry.files, 0);
  return [
    `${count(files, 'file')}, ${bytes(size)}`,
    ...lines,
    ...(rest > 0 ? [`and ${count(rest, 'file')} more`] : []),
  ];
}
