import type { RunRef } from '../run/ids';
import type { Placement } from '../run/placement';
import type { LaunchArgs } from './launch';

export interface UndoArgs {
  run: RunRef;
  attempt: number;
  regions: string[];
  /** The launch calls that EC2 has not refused: their client tokens find an instance whose tags are not visible yet. */
  launches: { node: number; placement: Placement; try: number }[];
  /** A launch whose result is unknown: repeated with the same token before anything is called gone. */
  unknownLaunch?: LaunchArgs;
}

export interface UndoDone {
  terminated: string[];
  /** When EC2 showed the last of it gone; ISO 8601. */
  at: string;
  detail: string;
}
