/** A folder that cannot become a snapshot; the message says what to do. */
export class SnapshotError extends Error {
  override name = 'SnapshotError';
}

export const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException | undefined)?.code;

/** Whether nothing is there under that name. */
export const isGone = (error: unknown): boolean => ['ENOENT', 'ENOTDIR'].includes(codeOf(error) ?? '');

/** What to say of a file or folder that its reader may not read. */
export const unreadable = (shown: string): SnapshotError =>
  new SnapshotError(`${JSON.stringify(shown)} cannot be read: give yourself the right, or name it in .trainctlignore`);
