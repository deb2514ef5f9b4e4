/** Something that the person who starts the worker can mend: shown as it is, without a stack. */
export class WorkerStartError extends Error {
  override name = 'WorkerStartError';
}
