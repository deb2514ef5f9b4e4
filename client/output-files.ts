import path from 'node:path';
import { parseS3Url, runPrefix } from '../contract';
import type { IndexedOutput } from './output-index';
import type { RunView } from './view/run-view';

/** One object of a run's outputs, and where it belongs below the folder that a person names. */
export interface OutputFile {
  /** Undefined: the installation's own bucket. */
  bucket?: string;
  key: string;
  path: string;
  bytes: number;
  /** As the host had it; absent when it did not say. */
  mode?: number;
  /** Hex, of what the host sent; absent when it did not say. */
  sha256?: string;
  /** Of an attempt before the last: no later one made it again. */
  attempt?: number;
}

/** What one attempt left in the run's own folder. */
export interface LeftByAttempt {
  attempt: number;
  /** Key prefix of its node. */
  node: string;
  /** What its host said of its outputs, wherever they went. */
  index: IndexedOutput[] | undefined;
  files: OutputFile[];
}

/** What a run says of its outputs. */
export type Uploaded = NonNullable<RunView['outputs']>;

/** Where a file of the run's own folder belongs. */
export const ownPath = ({ path: whole, name }: IndexedOutput): string => (whole ?? name).replace(/^outputs\//, '');

/** Whether an address is in the run's own folder. */
export function isOwn(view: Pick<RunView, 'prefix' | 'runKey'>, address: string): boolean {
  return parseS3Url(address)?.key.startsWith(`${runPrefix(view.prefix, view.runKey)}a/`) === true;
}

/** Where a file below the destination of these outputs belongs. */
export function placeOf(sharing: Uploaded, below: string): string {
  const [only, another] = sharing;
  if (!only || another) return below;
  const folder = path.posix.normalize(only.from).replace(/\/+$/, '');
  const isTheFile = only.files === 1 && below === path.posix.basename(folder);
  return folder === 'outputs' || folder === '.' || isTheFile ? below : `${folder}/${below}`;
}
