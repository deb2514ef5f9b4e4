import type { CloudInfo } from '../../../local/cloud/server';
import type { ActivityName } from '../plan/activities';
import type { FaultKind } from '../plan/cells';

/** What a worker under test starts with; its first message from the runner. */
export interface WorkerSetup {
  t: 'setup';
  temporal: { address: string; namespace: string };
  cloud: CloudInfo;
  /** Address of the installation's webhook. */
  webhook: string;
  /** Path of the bundled workflows. */
  bundle: string;
  /** The installation's secret, hex. */
  secret: string;
}

export type ToWorker =
  | WorkerSetup
  /** What is to go wrong with the call that was asked about. */
  | { t: 'answer'; call: number; fault: FaultKind | null }
  /** The runner has done what it had to do at this point. */
  | { t: 'go'; call: number };

export type FromWorker =
  | { t: 'ready' }
  /** An activity begins. */
  | { t: 'ask'; call: number; subject: string; activity: ActivityName }
  /** Its effect has taken place, and its reply is about to be lost. */
  | { t: 'lost'; call: number; subject: string };
