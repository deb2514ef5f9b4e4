import { patched } from '@temporalio/workflow';
import type { AttemptStatus, CheckpointRef, Host, HostEvent, Notice, OnHost, StageName } from '../../../contract';
import { costOf, type Meter } from '../../rules/costs';
import { type AttemptEnd, noticeReason } from '../../rules/endings';
import { failedToResume } from '../../rules/lineage';
import { iso, shorten } from '../../rules/texts';
import type { Plan } from './plan';
import { closeStage, skippedStage } from './stages';
import { Undo } from './undo';

/** What is as true when it comes late. So no forged number, which is never the newest for long, keeps a notice from being heard. */
export const STAYS_TRUE: ReadonlySet<HostEvent['event']['kind']> = new Set([
  'notice',
  'alert',
  'warning',
  'checkpoint-failed',
  'first-step',
]);

/** One generation of machines of a run: what it holds, how far it is, how it ended. */
export class Attempt {
  readonly status: AttemptStatus;
  readonly undo: Undo;
  host?: Host;
  meter?: Meter;
  /** EC2's word that it will take the instance. */
  notice?: Notice;
  end?: AttemptEnd;
  /** The command may have been started. */
  trained = false;
  /** It can write no more checkpoints: the agent has said its last word, or the time of its notice is over. */
  sealed = false;
  /** EC2 shows its instance shutting down or gone, or its lease has run out. */
  gone = false;
  /** Its undo is verified: the run may close. */
  retired = false;
  /** Launch calls so far; the number of each is part of its client token. */
  launches = 0;
  askedWhetherGone = false;
  /** What is left of it and why, while its undo keeps failing. */
  cleanupPending?: string;
  /** Somebody asked for a checkpoint, and the agent has not been told yet. */
  checkpointAsked = false;
  /** A person stopped the run before this host had said its last word. */
  unwanted = false;
  /** It ended by itself at the beginning, before it had reported a step or saved anything. */
  fruitless = false;
  /** EC2 is listened to beside its steps, which therefore end with it. */
  heard = false;
  /** Its process is over, and the last bytes that it left are moving. */
  uploading = false;
  /** When it is expected to be at its last step; epoch milliseconds. */
  eta?: number;
  #lastAlert = 0;
  #newest = { epoch: 0, sequence: -1 };

  constructor(
    plan: Plan,
    readonly number: number,
  ) {
    this.undo = new Undo(plan, number);
    this.status = { number, tries: [], stages: [], costUsd: 0 };
  }

  /** The host, as the activities on it take it. */
  get onHost(): OnHost {
    if (!this.host) throw new Error(`attempt ${this.number} has no host yet`);
    return { host: this.host };
  }

  /** No further step of it is begun. */
  get cut(): boolean {
    return this.heard && this.end !== undefined;
  }

  get training(): boolean {
    return this.trained && !this.end;
  }

  /** Its command may be running, now or later. */
  get mayTrain(): boolean {
    return !this.gone && (this.trained || !this.end);
  }

  /** It may still write a checkpoint. */
  get mayWrite(): boolean {
    return this.mayTrain && !this.sealed;
  }

  /** How it ended; after a notice, how it will most likely end. */
  get outlook(): AttemptEnd | undefined {
    return this.end ?? (this.notice && { kind: 'interrupted', reason: noticeReason(this.notice) });
  }

  /** What was put in place for it. */
  get restored(): CheckpointRef | undefined {
    return this.status.restored;
  }

  get instanceId(): string | undefined {
    return this.status.instanceId;
  }

  skip(name: StageName, why: string): void {
    this.status.stages.push(skippedStage(name, why));
  }

  finish(end: AttemptEnd): void {
    this.end = end;
    this.status.ended = end.kind;
    this.status.reason = shorten(end.reason, 300);
    if (failedToResume(end)) this.status.failedToResume = true;
    if (end.kind === 'failed' && end.exitCode !== undefined) this.status.exitCode = end.exitCode;
    this.reconnected();
    for (const stage of this.status.stages) if (stage.state === 'running') closeStage(stage, 'skipped', 'given up');
  }

  /** Takes a transition on the host; answers whether it was news. What is older than the newest, and changes with time, is dropped. */
  hear({ epoch, sequence, event }: HostEvent): boolean {
    if (this.end) return false;
    const older = epoch < this.#newest.epoch || (epoch === this.#newest.epoch && sequence <= this.#newest.sequence);
    if (!older) this.#newest = { epoch, sequence };
    else if (!STAYS_TRUE.has(event.kind) || !patched('late-words-are-heard')) return false;
    if (event.kind === 'disconnected') {
      this.status.disconnectedSince ??= iso(Date.now());
      this.status.disconnectedWhy = shorten(event.why, 300);
    }
    if (event.kind === 'reconnected') this.reconnected(event.address);
    if (event.kind === 'uploading' || event.kind === 'stalled') this.uploading = event.kind === 'uploading';
    if (event.kind === 'notice') this.give(event.notice);
    if (event.kind === 'scheduled') this.schedule(event.notice ?? undefined);
    if (event.kind === 'first-step') this.status.firstStep ??= event.step;
    if (event.kind === 'eta') this.eta = Date.parse(event.at ?? '');
    return event.kind !== 'alert' || this.hearAlert(event.number);
  }

  /** EC2 takes the instance. The first notice stands. */
  give(notice: Notice): void {
    this.notice ??= notice;
    delete this.status.scheduled;
  }

  /** What EC2 will do to the instance later. */
  schedule(notice: Notice | undefined): void {
    delete this.status.scheduled;
    if (notice && !this.notice) this.status.scheduled = notice;
  }

  /** Whether an alert is one that had not been told before; its host repeats them, and has them in its last word too. */
  hearAlert(number: number): boolean {
    if (!(number > this.#lastAlert)) return false;
    this.#lastAlert = number;
    return true;
  }

  private reconnected(address?: string): void {
    delete this.status.disconnectedSince;
    delete this.status.disconnectedWhy;
    if (address === undefined || !this.host) return;
    this.host = { ...this.host, address };
    this.status.address = address;
  }

  snapshot(): AttemptStatus {
    return {
      ...this.status,
      costUsd: this.meter ? costOf(this.meter, Date.now()) : 0,
      ...(this.notice ? { notice: this.notice } : {}),
    };
  }
}
