import type { RunStatus } from '../../../contract';
import { iso, shorten } from '../../rules/texts';

/** Warnings that are kept, and how many of these may be of messages that were refused: whoever sends many hides nothing else. */
const KEPT = 5;
const REFUSALS = 2;

/** Of a refusal; it may quote what was sent. Characters. */
const LONGEST_REFUSAL = 300;

/** What people should know of a run, each once. */
export class Warnings {
  readonly #refusals = new Set<string>();

  constructor(private readonly status: Pick<RunStatus, 'warnings'>) {}

  warn(message: string): void {
    const known = this.status.warnings ?? [];
    if (known.some((one) => one.message === message)) return;
    this.status.warnings = this.#fit([...known, { at: iso(Date.now()), message }]);
  }

  /** Of a message that was not understood, or that cannot be obeyed now. */
  refuse(refusal: string): void {
    const message = shorten(refusal, LONGEST_REFUSAL);
    this.#refusals.add(message);
    this.warn(message);
    const shown = new Set(this.status.warnings?.map((one) => one.message));
    for (const one of this.#refusals) if (!shown.has(one)) this.#refusals.delete(one);
  }

  #fit(warnings: NonNullable<RunStatus['warnings']>): NonNullable<RunStatus['warnings']> {
    const refused = warnings.filter(({ message }) => this.#refusals.has(message));
    const old = new Set(refused.slice(0, -REFUSALS));
    return warnings.filter((one) => !old.has(one)).slice(-KEPT);
  }
}
