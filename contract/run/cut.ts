/** How Temporal ends a run without its own code, in words. Only grows. */
export const CUTS = { terminated: 'terminated', 'timed-out': 'timed out' } as const;

export type Cut = keyof typeof CUTS;

/** What EC2 shows alive of a run that Temporal has ended, and until when. */
export interface StillCosts {
  /** Of instances, volumes and spot requests; empty when EC2 did not say. */
  ids: string[];
  /** Dollars an hour, of the instances whose price is known. */
  hourlyUsd?: number;
  /** When a worker will have ended it, if one runs; ISO 8601. */
  endsBy: string;
  /** When the lease of its host is over at the latest, which then ends itself; absent where the run's spec cannot be read. */
  leaseEndsBy?: string;
  /** Why it is not known what is alive. */
  unknown?: string;
}

/** Seconds in which a worker ends what a run has left that Temporal has ended. */
export const CUT_ENDS_WITHIN = 120;

/** What the reconciler notes of an instance that it has ended: nobody else knows until when it cost money. */
export interface EndedInstance {
  instance: string;
  attempt?: number;
  /** When EC2 was first seen to show it gone; ISO 8601. */
  at: string;
  /** In words. */
  reason: string;
}

/** Reads such a note; undefined for anything else. */
export function readEndedInstance(value: unknown): EndedInstance | undefined {
  const { instance, at, reason, attempt } = (typeof value === 'object' && value !== null ? value : {}) as Partial<
    Record<keyof EndedInstance, unknown>
  >;
  if (typeof instance !== 'string' || typeof at !== 'string' || Number.isNaN(Date.parse(at))) return undefined;
  return {
    instance,
    at,
    reason: typeof reason === 'string' ? reason : '',
    ...(typeof attempt === 'number' ? { attempt } : {}),
  };
}
