import type { AttemptStatus, Host, HostEvent, Notice, OnHost, Placement, StageName, StageStatus } from '../../contract';
import { costOf, diskHourlyUsd, hourlyRate, type Meter } from '../costs';
import { type AttemptEnd, noticeReason } from '../endings';
import { iso, shorten } from '../texts';
import { show } from './board';
import { GivenUp, rootMessage } from './failures';
import type { Run } from './run';
import { Undo } from './undo';

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
  /** Its process is over, and the last bytes that it left are moving. */
  uploading = false;
  #newest = { epoch: 0, sequence: -1 };

  constructor(
    readonly run: Run,
    readonly number: number,
  ) {
    this.undo = new Undo(run.plan, number);
    this.status = { number, tries: [], stages: [], costUsd: 0 };
  }

  /** The host, as the activities on it take it. */
  get onHost(): OnHost {
    if (!this.host) throw new Error(`attempt ${this.number} has no host yet`);
    return { host: this.host };
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

  /** From here on the instance costs money. */
  bill(placement: Placement, from: number): void {
    const { spec, diskUsdPerGiBMonth } = this.run.plan;
    const disk = diskHourlyUsd(spec.resources.diskGiB, diskUsdPerGiBMonth);
    this.meter = {
      from,
      hourlyUsd: hourlyRate(placement.hourlyUsd, disk),
      onDemandHourlyUsd: hourlyRate(placement.onDemandHourlyUsd, disk),
    };
    this.run.rateChanges += 1;
  }

  /** Runs one stage, so that people see when it began, how it ended, and in a line what it did. */
  async stage<T extends { detail: string; failed?: boolean }>(name: StageName, work: () => Promise<T>): Promise<T> {
    const stage: StageStatus = { name, state: 'running', startedAt: iso(Date.now()) };
    this.status.stages.push(stage);
    show(this.run);
    try {
      const done = await work();
      close(stage, done.failed ? 'failed' : 'done', done.detail);
      return done;
    } catch (error) {
      const givenUp = error instanceof GivenUp;
      close(stage, givenUp ? 'skipped' : 'failed', givenUp ? error.message : rootMessage(error));
      throw error;
    } finally {
      show(this.run);
    }
  }

  skip(name: StageName, why: string): void {
    const at = iso(Date.now());
    this.status.stages.push({ name, state: 'skipped', startedAt: at, endedAt: at, detail: why });
  }

  finish(end: AttemptEnd): void {
    this.end = end;
    this.status.ended = end.kind;
    this.status.reason = shorten(end.reason, 300);
    if (end.kind === 'failed' && end.exitCode !== undefined) this.status.exitCode = end.exitCode;
    this.reconnected();
    for (const stage of this.status.stages) if (stage.state === 'running') close(stage, 'skipped', 'given up');
  }

  /** Takes a transition on the host; answers whether it was news. Old ones are dropped. */
  hear({ epoch, sequence, event }: HostEvent): boolean {
    const older = epoch < this.#newest.epoch || (epoch === this.#newest.epoch && sequence <= this.#newest.sequence);
    if (older || this.end) return false;
    this.#newest = { epoch, sequence };
    if (event.kind === 'disconnected') {
      this.status.disconnectedSince ??= iso(Date.now());
      this.status.disconnectedWhy = shorten(event.why, 300);
    }
    if (event.kind === 'reconnected') this.reconnected(event.address);
    if (event.kind === 'uploading' || event.kind === 'stalled') this.uploading = event.kind === 'uploading';
    if (event.kind === 'notice') this.notice ??= event.notice;
    if (event.kind === 'checkpoint-failed') this.run.warn(`attempt ${this.number}: ${event.why}`);
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

function close(stage: StageStatus, state: StageStatus['state'], detail: string | undefined): void {
  // A stage that was given up stays so, even if its activity answers later.
  if (stage.endedAt) return;
  stage.state = state;
  stage.endedAt = iso(Date.now());
  if (detail) stage.detail = shorten(detail, 200);
}
