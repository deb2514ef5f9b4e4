/** What becomes of a time that comes while a run of the same Schedule is open. */
export const OVERLAPS = {
  skip: 'is left out: the open run goes on',
  'buffer-one': 'waits for the end of the open run; of several that wait the first alone is kept',
  'buffer-all': 'waits for the end of the open run, however many wait',
  'cancel-other': 'ends the open run gracefully (last checkpoint, outputs), then begins',
  'terminate-other': 'terminates the open run (no last checkpoint, no outputs), and begins at once',
  'allow-all': 'begins beside the open runs',
} as const;

export type Overlap = keyof typeof OVERLAPS;

/** Temporal's own names. */
export const TEMPORAL_OVERLAPS = {
  skip: 'SKIP',
  'buffer-one': 'BUFFER_ONE',
  'buffer-all': 'BUFFER_ALL',
  'cancel-other': 'CANCEL_OTHER',
  'terminate-other': 'TERMINATE_OTHER',
  'allow-all': 'ALLOW_ALL',
} as const satisfies Record<Overlap, string>;

export const isOverlap = (text: string): text is Overlap => Object.hasOwn(OVERLAPS, text);

/** What Temporal says, in our words. */
export function overlapOf(temporal: string | undefined): Overlap {
  const names = Object.keys(TEMPORAL_OVERLAPS) as Overlap[];
  return names.find((name) => TEMPORAL_OVERLAPS[name] === temporal) ?? 'skip';
}

/** What whoever chooses a policy should know beforehand, when there is something. */
export const OVERLAP_WARNINGS: Partial<Record<Overlap, string>> = {
  'terminate-other':
    'overlap terminate-other: a run that is terminated takes no last checkpoint and uploads no outputs, and its instance is ended by a worker within 2 minutes. cancel-other ends it gracefully',
  'buffer-all':
    'overlap buffer-all: where runs take longer than the time between them, more and more wait, and each will cost what a run costs',
  'allow-all':
    'overlap allow-all: each open run has an instance of its own; the limits of the spec hold for each alone',
};
