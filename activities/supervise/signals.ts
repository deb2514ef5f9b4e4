import { setTimeout as sleep } from 'node:timers/promises';
import { type Alert, GRPC, type HostEvent, type NodeRef, type Notice } from '../../contract';
import { type ActivityDeps, messageOf } from '../step';
import { settlingMs } from './reconnect';

/** Waits before tries to deliver a signal, in milliseconds; the last again and again. */
const DELIVERY_DELAYS = [0, 500, 2_000, 5_000];

/** Clocks of hosts differ, and what is told within a minute is told in time. Milliseconds. */
const LATE_MS = 60_000;

/** Each costs the run's history some events, and after a few of them another says nothing new. */
const MOST_FAILED_CHECKPOINTS = 5;
const MOST_NOTICES = 10;
const MOST_SCHEDULED = 10;
const MOST_ALERTS = 12;
const MOST_WARNINGS = 10;

/**
 * Tells the workflow what happened on a host: notices at once, a disconnection when it has lasted, the reconnection after a
 * reported one, why a checkpoint failed, and whether last uploads move. Events are numbered and sent in order, in the background;
 * that one cannot be sent fails nothing. It is tried until Temporal takes it, or says that it never will: a server that is away for
 * minutes hears of a notice in the first seconds after.
 */
export class HostSignals {
  private sequence = 0;
  private reported = 0;
  private queue: Promise<void> = Promise.resolve();
  private settling: NodeJS.Timeout | undefined;
  private told: 'connected' | 'disconnected' = 'connected';
  private toldOfWrongKey = false;
  private address: string | undefined;
  private lastNotice = '';
  private notices = 0;
  private lastScheduled = '';
  private scheduledTold = 0;
  private lastAlert = 0;
  private alerts = 0;
  private toldOfFirstStep = false;
  private readonly failedCheckpoints = new Set<string>();
  private readonly warnings = new Set<string>();
  private readonly over = new AbortController();

  constructor(
    private readonly deps: Pick<ActivityDeps, 'signalRun' | 'log'>,
    private readonly node: NodeRef,
    private readonly epoch: () => number,
  ) {}

  notice(notice: Notice): void {
    // An agent repeats its notice to whoever attaches.
    const text = JSON.stringify(notice);
    if (text === this.lastNotice || this.notices >= MOST_NOTICES) return;
    this.lastNotice = text;
    this.notices += 1;
    this.send({ kind: 'notice', notice });
  }

  /** Maintenance that is not near yet; an agent repeats it to whoever attaches. */
  scheduled(notice: Notice | null): void {
    const text = JSON.stringify(notice);
    if (text === this.lastScheduled || this.scheduledTold >= MOST_SCHEDULED) return;
    this.lastScheduled = text;
    this.scheduledTold += 1;
    this.send({ kind: 'scheduled', notice });
  }

  /** @param wrongKey another machine answers: worth a second word when the first said that nobody does */
  disconnected(why: string, wrongKey = false): void {
    const worse = wrongKey && !this.toldOfWrongKey;
    if ((this.told === 'disconnected' && !worse) || this.settling) return;
    this.settling = setTimeout(() => {
      this.settling = undefined;
      this.told = 'disconnected';
      this.toldOfWrongKey ||= wrongKey;
      this.reported += 1;
      this.send({ kind: 'disconnected', why: why.slice(0, 300) });
    }, settlingMs(this.reported));
  }

  /** @param movedTo the address at which the host was found, when it has another one */
  connected(movedTo?: string): void {
    clearTimeout(this.settling);
    this.settling = undefined;
    const moved = movedTo !== undefined && movedTo !== this.address;
    if (this.told === 'connected' && !moved) return;
    this.told = 'connected';
    this.toldOfWrongKey = false;
    this.address = movedTo;
    this.send({ kind: 'reconnected', ...(movedTo === undefined ? {} : { address: movedTo }) });
  }

  checkpointFailed(why: string): void {
    // An agent repeats its last failure to whoever attaches, and may fail for the same reason for days.
    const told = this.failedCheckpoints;
    if (told.has(why) || told.size >= MOST_FAILED_CHECKPOINTS) return;
    told.add(why);
    this.send({ kind: 'checkpoint-failed', why: why.slice(0, 300) });
  }

  /** The agent repeats its alerts to whoever attaches; each has a number. */
  alert({ number, kind, message, at }: Alert): void {
    if (number <= this.lastAlert || this.alerts >= MOST_ALERTS) return;
    this.lastAlert = number;
    this.alerts += 1;
    this.deps.log.warn({ alert: kind, message }, 'alert');
    // Nobody was attached when it came about: it may be over by now.
    const late = Date.now() - Date.parse(at) > LATE_MS ? ` (so its host at ${at})` : '';
    this.send({ kind: 'alert', number, alert: kind, message: message.slice(0, 300) + late });
  }

  /** When the training will be over as things stand; null: that is not known after all. */
  eta(at: string | null): void {
    this.send({ kind: 'eta', at });
  }

  /** Told of attempts that may go on from where another one was; a new supervision says it again. */
  firstStep(step: number): void {
    if (this.toldOfFirstStep || this.node.attempt < 2) return;
    this.toldOfFirstStep = true;
    this.send({ kind: 'first-step', step });
  }

  warning(message: string): void {
    // An agent repeats what it has warned of to whoever attaches.
    if (this.warnings.has(message) || this.warnings.size >= MOST_WARNINGS) return;
    this.warnings.add(message);
    this.send({ kind: 'warning', message: message.slice(0, 400) });
  }

  /** Whether the last uploads of an ended process move. */
  uploads(move: boolean): void {
    this.send({ kind: move ? 'uploading' : 'stalled' });
  }

  /** Waits, at most `ms`, for what is on its way; nothing is sent after that. */
  async close(ms: number): Promise<void> {
    clearTimeout(this.settling);
    const late = setTimeout(() => this.over.abort(), ms);
    await this.queue;
    clearTimeout(late);
    this.over.abort();
  }

  private send(event: HostEvent['event']): void {
    this.sequence += 1;
    const { attempt, node } = this.node;
    const message: HostEvent = { attempt, node, epoch: this.epoch(), sequence: this.sequence, event };
    this.queue = this.queue.then(() => this.deliver(message));
  }

  private async deliver(message: HostEvent): Promise<void> {
    for (let tries = 0; ; tries += 1) {
      try {
        const wait = DELIVERY_DELAYS[Math.min(tries, DELIVERY_DELAYS.length - 1)] ?? 0;
        await sleep(wait, undefined, { signal: this.over.signal });
        return await this.deps.signalRun(this.node, message);
      } catch (error) {
        if (this.over.signal.aborted) return;
        this.deps.log.warn({ event: message.event.kind, error: messageOf(error) }, 'host event not delivered yet');
        // The run has ended, or the message is one that Temporal refuses.
        if (isFinal(error)) return;
      }
    }
  }
}

/** With these the same message will be answered alike. */
const FINAL_CODES = new Set<number>([GRPC.invalidArgument, GRPC.notFound, GRPC.permissionDenied]);

function isFinal(error: unknown): boolean {
  for (let e = error; e instanceof Error; e = e.cause) {
    if (e.name === 'WorkflowNotFoundError' || ('code' in e && FINAL_CODES.has(Number(e.code)))) return true;
  }
  return false;
}
