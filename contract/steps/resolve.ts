import type { HostSettings } from '../installation';
import type { RunRef } from '../run/ids';
import type { Placement } from '../run/placement';
import type { RunSpec, SpecFault } from '../run/spec';

export interface ResolveArgs {
  /** Whatever the person typed; validated here, never before. */
  input: unknown;
  workflowId: string;
  /** Of the execution that asks, not of the first in its chain. */
  runId: string;
}

export type ResolveResult =
  | {
      kind: 'invalid';
      faults: SpecFault[];
      message: string;
      /** Whether the settings name a webhook. */
      webhook?: true;
    }
  | {
      kind: 'ok';
      run: RunRef;
      spec: RunSpec;
      placements: Placement[];
      cloud: 'local' | 'aws';
      region: string;
      bucket: string;
      prefix: string;
      imageId: string;
      /** Dollars per GiB and month of the root disk. */
      diskUsdPerGiBMonth: number;
      /** Login user of the image. */
      user: string;
      /** What every step of the run uses, whatever the settings say later. Absent: of an older release, whose steps read the settings. */
      hostSettings?: HostSettings;
      /** Whether the settings name a webhook. */
      webhook?: true;
    };
