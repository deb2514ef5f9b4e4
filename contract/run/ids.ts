/** Who a run is, in every tag, token, key and path. Small enough to travel in each activity's arguments. */
export interface RunRef {
  /** For people; reused ids are told apart by `runKey`. */
  workflowId: string;
  /** 16 hex digits: a hash of workflow id and first execution run id. */
  runKey: string;
  /** Name of the trainctl installation. */
  installation: string;
  /** UUID of the Temporal namespace. */
  namespaceId: string;
}

/** One node of one attempt of a run. */
export interface NodeRef extends RunRef {
  /** Counted from 1. */
  attempt: number;
  /** Counted from 0; one node a run for now. */
  node: number;
}

/** A workflow id that may be a run: printable everywhere, safe as a path element. */
const RUN_ID_PATTERN = /^[A-Za-z0-9._-]{1,100}$/;

/** Whether `id` may name a run. `..` is refused because the id appears in paths that people type. */
export function isRunId(id: string): boolean {
  return RUN_ID_PATTERN.test(id) && !id.includes('..');
}
