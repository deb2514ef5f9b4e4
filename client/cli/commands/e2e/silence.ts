/** So long no worker may answer before that is said: one on a busy machine is slow, and not gone. Milliseconds. */
const SILENT_MS = 20_000;

/** Says it when nobody has answered for a while, once for each silence: Temporal counts a worker that was killed for some minutes more. */
export class Silence {
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly say: () => void) {
    this.heard();
  }

  /** Somebody has answered. */
  heard(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(this.say, SILENT_MS).unref();
  }

  end(): void {
    clearTimeout(this.timer);
  }
}
