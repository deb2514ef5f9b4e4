import type { ObjectStore } from '../../../adapters/aws';
import type { Cell } from '../plan/cells';
import type { LocalCloud } from '../world/local-cloud';
import type { Webhook } from '../world/webhook';

/** No cell may take longer. Seconds. */
export const BOUND = 120;

export interface CellResult extends Pick<Cell, 'id' | 'activity' | 'fault' | 'ending'> {
  outcome: string;
  seconds: number;
  attempts: number;
  events: number;
  leftovers: string[];
  /** What is not as promised; empty for a cell that passed. */
  problems: string[];
}

export interface World {
  cloud: LocalCloud;
  store: ObjectStore;
  webhook: Webhook;
  snapshot: string;
}

/** What became of a cell's story; run.ts judges it. */
export interface Story extends Pick<CellResult, 'outcome' | 'events' | 'leftovers' | 'attempts' | 'problems'> {
  /** Of an outcome that is not allowed. */
  words: string;
}
