import type { Commit, RunOrigin } from '../run/origin';
import { type Fields, integer, list, needed, orElse, perhaps, readFields, shape, text, wholeText } from './reader';

/** A path has 4096 bytes at the most, a workflow id 1000 characters. */
const path = wholeText(4096);

const FIELDS: Fields<RunOrigin> = {
  user: needed(text(400)),
  host: needed(text(400)),
  home: needed(text(400)),
  folders: needed(list(path, 20)),
  code: perhaps(path),
  commit: perhaps(
    shape<Commit>({ sha: needed(wholeText(100)), branch: perhaps(text(400)), changes: orElse(integer(), 0) }),
  ),
  source: perhaps(path),
  said: perhaps(list(text(400), 1000)),
  rerunOf: perhaps(wholeText(1000)),
  schedule: perhaps(wholeText(1000)),
};

/** Reads where a run was started; undefined for anything else. Whoever starts a workflow may have written it. */
export const readRunOrigin = (value: unknown): RunOrigin | undefined => readFields(FIELDS, value);
