/** When a Schedule was resumed stands in its note: Temporal keeps it nowhere. */
const RESUMED = / \(resumed (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{3})?Z)\)$/;

/** The note of a Schedule that somebody resumes now. */
export const resumedNote = (note: string, at: Date): string => `${note} (resumed ${at.toISOString()})`;

/** Epoch milliseconds; undefined: the note does not say. */
export function resumedAt(note: string | undefined): number | undefined {
  const at = Date.parse(RESUMED.exec(note ?? '')?.[1] ?? '');
  return Number.isNaN(at) ? undefined : at;
}
