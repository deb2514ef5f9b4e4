import type { Commit } from '../../../contract';
import { count } from '../terminal/format';
import { plain } from '../terminal/text';

/** `3f2a9c1 of main, and 2 files that were not as there`. */
export function commitText({ sha, branch, changes }: Commit): string {
  const where = branch === undefined ? '' : ` of ${plain(branch)}`;
  const beside = changes === 0 ? '' : `, and ${count(changes, 'file')} changed since`;
  return `${sha.slice(0, 12)}${where}${beside}`;
}
