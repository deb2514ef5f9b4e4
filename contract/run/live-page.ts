/**
 * What is too lively for a workflow's history, on its page in the Temporal UI: the workflow leaves a line free, and the worker that
 * answers for it puts there what the host has written last, when somebody looks.
 */

/** Stands on the page, in a line of its own, while a command may be running. Nothing that comes from elsewhere can look like it. */
export const LIVE_LINE = '*(step, metrics and log: not read here)*';

/** Beside the page in the workflow's answer: of what host. */
export const LIVE_METADATA = 'trainctl-live';

/** Where a host that trains writes what it does. */
export interface LiveRef {
  bucket: string;
  prefix: string;
  runKey: string;
  attempt: number;
  /** What another has left under the same key is not told. */
  instanceId?: string;
}
