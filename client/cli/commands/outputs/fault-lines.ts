import { parseS3Url, runWord, shownId } from '../../../../contract';
import type { LostOutputs } from '../../..';
import { bytes, count } from '../../terminal/format';
import { plain } from '../../terminal/text';

/** What is said one by one in text; --json has all. */
const SAID = 20;

/** An output that is there, or a place of them, and cannot be had. */
export interface Failed {
  path: string;
  why: string;
  /** S3 refuses a place or a file of it; the host's list is damaged; a file is not what was left there; this disk does not take it. */
  of: 'place' | 'index' | 'file' | 'disk';
}

const ADVICE: Record<Failed['of'], string> = {
  place:
    'S3 refuses: a bucket that is gone has to be made again, and what was in it is lost; a right that is missing is s3:ListBucket or s3:GetObject (whose they are: aws sts get-caller-identity)',
  index: 'without its list, what is there was fetched as it is: modes and names that were too long are lost with it',
  file: 'what lies there now can be fetched from S3 itself: aws s3 cp',
  disk: 'fetch them into another folder with --to, or from S3 itself',
};

export function failedLines(failed: readonly Failed[]): string[] {
  if (failed.length === 0) return [];
  const kinds = [...new Set(failed.map(({ of }) => of))];
  return [
    `${count(failed.length, 'output')} could not be fetched:`,
    ...shown(failed, ({ path, why }) => `  ${plain(path)}: ${plain(why)}`),
    ...kinds.map((kind) => ADVICE[kind]),
  ];
}

/** What the run had left, and is no longer there, with what can still be done. */
export function lostLines(run: string, lost: readonly LostOutputs[]): string[] {
  const [first] = lost;
  if (!first) return [];
  const files = lost.reduce((sum, one) => sum + one.files, 0);
  const known = lost.every((one) => one.bytes !== undefined);
  const size = known ? `, ${bytes(lost.reduce((sum, one) => sum + (one.bytes ?? 0), 0))},` : '';
  const { bucket = '', key = '' } = parseS3Url(first.place) ?? {};
  const prefix = first.path === undefined ? key : key.slice(0, key.lastIndexOf('/') + 1);
  return [
    `${shownId(run)} left ${count(files, 'output')}${size} that ${files === 1 ? 'is' : 'are'} no longer there:`,
    ...shown(lost, lostLine),
    `deleted objects come back only where the bucket keeps versions (aws s3api list-object-versions --bucket ${bucket} --prefix ${prefix}); else make them again: trainctl rerun ${runWord(run)}`,
  ];
}

function lostLine({ place, path, files, bytes: size, attempt }: LostOutputs): string {
  const facts = [size === undefined ? '' : bytes(size), plain(place)].filter((text) => text !== '').join('  ');
  return `  ${path === undefined ? count(files, 'file') : plain(path)}  ${facts}${madeBy(attempt)}`;
}

export const madeBy = (attempt: number | undefined): string => (attempt === undefined ? '' : `  (attempt ${attempt})`);

function shown<T>(entries: readonly T[], line: (entry: T) => string): string[] {
  const more = entries.length - SAID;
  return [...entries.slice(0, SAID).map(line), ...(more > 0 ? [`  and ${more} more (--json names all)`] : [])];
}
