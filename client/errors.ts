import { EXIT_CODES, type SpecFault } from '../contract';

/** Stable codes of what can go wrong between a person and a run. */
export type ClientErrorCode =
  /** Wrong usage of a command or an option. */
  | 'usage'
  /** The spec has faults; each is named. */
  | 'invalid-spec'
  /** Temporal, EC2 or S3 cannot be reached. */
  | 'unavailable'
  /** Temporal answers, but no worker does: queries and updates have nobody to run them. */
  | 'no-worker'
  | 'not-found'
  /** More than one run fits what was typed. */
  | 'ambiguous'
  /** The run answers, and says no (it has ended, or the change makes no sense). */
  | 'refused'
  /** Bytes in S3 are not what their manifest says. */
  | 'damaged'
  | 'internal';

const EXIT_OF: Record<ClientErrorCode, number> = {
  usage: EXIT_CODES.invalid,
  'invalid-spec': EXIT_CODES.invalid,
  unavailable: EXIT_CODES.unavailable,
  'no-worker': EXIT_CODES.unavailable,
  'not-found': EXIT_CODES.notFound,
  ambiguous: EXIT_CODES.invalid,
  refused: EXIT_CODES.invalid,
  damaged: EXIT_CODES.internal,
  internal: EXIT_CODES.internal,
};

/** Every error that the client and the commands throw on purpose. `message` says what happened and why. */
export class TrainctlError extends Error {
  override readonly name = 'TrainctlError';
  readonly code: ClientErrorCode;
  /** What to do now, as a sentence or a command. */
  readonly next?: string;
  /** The faults of an `invalid-spec`, each with its path. */
  readonly faults?: SpecFault[];

  constructor(
    code: ClientErrorCode,
    message: string,
    options: { next?: string; cause?: unknown; faults?: SpecFault[] } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    if (options.next !== undefined) this.next = options.next;
    if (options.faults !== undefined) this.faults = options.faults;
  }

  /** The process exit code that belongs to this error. */
  get exitCode(): number {
    return EXIT_OF[this.code];
  }
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message || error.name : String(error);
}
