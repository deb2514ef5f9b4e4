import type { AttachEvent } from '../../contract';

/** A last upload that is over sooner is none of the run's business. Milliseconds. */
const SETTLED_MS = 5_000;

/** Without a byte for so long, an upload stands still. The agent says how far it is every second while it moves. Milliseconds. */
const STANDSTILL_MS = 30_000;

/** Each change costs the run's history some events. */
const MOST_CHANGES = 10;

/**
 * Sees whether the bytes that an ended process left behind move on their way to S3. A connection that is cut moves none. One
 * that comes upon an upload under way does not know what was told before, and tells also that nothing moves.
 */
export class UploadWatch {
  private endedAt: number | undefined;
  private sent: number | undefined;
  private moving: boolean | undefined = false;
  private changes = 0;
  private standstill: NodeJS.Timeout | undefined;

  constructor(
    private readonly tell: (move: boolean) => void,
    private readonly standstillMs = STANDSTILL_MS,
    private readonly settledMs = SETTLED_MS,
  ) {}

  hear(event: AttachEvent): void {
    if (event.t === 'final') this.close();
    if (this.endedAt === undefined) this.end(event);
    if (event.t !== 'beat' || event.sent === undefined || this.endedAt === undefined) return;
    const moved = this.sent !== undefined && event.sent > this.sent;
    this.sent = event.sent;
    if (!moved || Date.now() - this.endedAt < this.settledMs) return;
    this.say(true);
    this.sayWhenStill();
  }

  private end(event: AttachEvent): void {
    if (event.t === 'exit' || (event.t === 'phase' && event.phase === 'uploading')) this.endedAt = Date.now();
    if (event.t !== 'hello' || event.phase !== 'uploading') return;
    this.endedAt = Date.now();
    this.moving = undefined;
    this.sayWhenStill();
  }

  private sayWhenStill(): void {
    clearTimeout(this.standstill);
    this.standstill = setTimeout(() => this.say(false), this.standstillMs);
  }

  close(): void {
    clearTimeout(this.standstill);
  }

  private say(move: boolean): void {
    if (move === this.moving || this.changes >= MOST_CHANGES) return;
    this.moving = move;
    this.changes += 1;
    this.tell(move);
  }
}
