import { EXIT_CODES } from '../../../contract';

/** Ctrl-C while something is followed: the first ends the following, so that it can be asked what was meant; a second one ends the command. */
export class Interrupt {
  readonly #following = new AbortController();
  readonly #onSignal = (): void => {
    if (this.pressed) process.exit(EXIT_CODES.succeeded);
    this.#following.abort();
  };

  constructor() {
    process.on('SIGINT', this.#onSignal);
  }

  /** Aborted by the first one. */
  get signal(): AbortSignal {
    return this.#following.signal;
  }

  get pressed(): boolean {
    return this.signal.aborted;
  }

  close(): void {
    process.off('SIGINT', this.#onSignal);
  }
}
