import type { Client } from '@temporalio/client';
import type { Settings } from '../../contract';

/** What this part works with. */
export interface SuitesContext {
  client: Client;
  settings: Settings;
  /** Bounds what a call of Temporal may take. */
  guard<T>(call: () => Promise<T>): Promise<T>;
}
