/** A folder that cannot become a snapshot; the message says what to do. */
export class SnapshotError extends Error {
  override name = 'SnapshotError';
}

/** A file changed between looking and packing. Trying again helps, once nothing writes to it. */
export class FileChangedError extends SnapshotError {
  override name = 'FileChangedError';

  constructor(path: string, how: string) {
    super(
      `${JSON.stringify(path)} ${how} while the code was packed: try again when nothing writes to it, or name it in .trainctlignore`,
    );
  }
}

export const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException | undefined)?.code;
