import type { Refusal } from '../adapters/installation';

/** Something that the person who starts the worker can mend: shown as it is, without a stack. */
export class WorkerStartError extends Error {
  override name = 'WorkerStartError';
}

/** The worker does not belong to the installation that it would serve, or lacks its secret. */
export class NotOursError extends WorkerStartError {
  override name = 'NotOursError';

  constructor(readonly refusal: Refusal) {
    super(`${refusal.message}\nnext: ${refusal.next}`);
  }
}
