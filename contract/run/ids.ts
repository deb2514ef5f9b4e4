/** Who a run is, in every tag, token, key and path. Small enough to travel in each activity's arguments. */
export interface RunRef {
  /** For people; reused ids are told apart by `runKey`. */
  workflowId: string;
  /** 16 hex digits: a hash of workflow id and first execution run id. */
  runKey: string;
  /** Name of the trainctl installation. */
  installation: string;
  /** Key of all that makes that installation one (`installationKey`). Absent: of an older release. */
  installationKey?: string;
  /** UUID of the Temporal namespace. */
  namespaceId: string;
  /** Hex sha256 of the resolved spec as JSON: S3 may answer with anybody's. Absent: of an older release. */
  specSha256?: string;
}

/** One node of one attempt of a run. */
export interface NodeRef extends RunRef {
  /** Counted from 1. */
  attempt: number;
  /** Counted from 0; one node a run for now. */
  node: number;
}

/** Temporal's own limit of a workflow id, in bytes of UTF-8. */
const MAX_ID_BYTES = 1000;

/**
 * Whether `id` may name a run: all that Temporal takes as a workflow id, since runs are started by Schedules and other people's
 * code too. Nothing may be derived from one but by a hash, or by the names of `shown-id.ts` and `run-tags.ts`.
 */
export function isRunId(id: string): boolean {
  let bytes = 0;
  for (const char of id) {
    const code = char.codePointAt(0) ?? 0;
    // Half a surrogate pair cannot be sent.
    if (code >= 0xd800 && code <= 0xdfff) return false;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes >= 1 && bytes <= MAX_ID_BYTES;
}

const CHOSEN_ID_PATTERN = /^(?!-)[A-Za-z0-9._:-]{1,100}$/;

/** What {@link isChosenId} takes, in words. */
export const CHOSEN_ID_RULE = '1 to 100 of A-Z a-z 0-9 . _ : -, without ".." and no "-" first';

/** Whether a person may choose `id` for a run of his own: one that needs no quotes in any shell, and that a folder may have. */
export function isChosenId(id: string): boolean {
  return CHOSEN_ID_PATTERN.test(id) && !id.includes('..');
}
