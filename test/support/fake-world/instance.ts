import {
  type CheckpointRef,
  type Ec2Word,
  type HearArgs,
  type HostEvent,
  type HostFinal,
  manifestName,
  type Notice,
  nodePrefix,
  type Placement,
  type StoppedBy,
  type SuperviseResult,
} from '../../../contract';
import { type AttemptScript, DEFAULTS } from './script';

/**
 * One instance, its host and the process on it. Everything that happens to it follows from its script, from what was asked of
 * it, and from the time: it is a pure model that is looked at, never a thing that runs.
 */
export class FakeInstance {
  /** When EC2 was asked to end it, by us or by its script. */
  endedAt?: number;
  endReason = 'Client.UserInitiatedShutdown';
  trainingSince?: number;
  resumedFrom = 0;
  asked: { at: number; by: StoppedBy } | undefined;
  checkpointsAsked: number[] = [];
  /** Maintenance that EC2 has scheduled for it. */
  scheduled: { action: string; at: number } | undefined;
  /** Supervision has told the run of the notice. */
  noticeSent = false;
  /** What supervision has told the run of its uploads. */
  uploadSent: 'uploading' | 'stalled' | undefined;
  #told = 0;
  #noticed?: number;
  /** When its lease was last renewed. */
  #renewedAt?: number;

  constructor(
    readonly id: string,
    readonly token: string,
    readonly runKey: string,
    readonly attempt: number,
    readonly placement: Placement,
    readonly launchedAt: number,
    readonly script: AttemptScript,
  ) {}

  start(now: number, resumedFrom: number): void {
    this.trainingSince ??= now;
    this.#renewedAt ??= now;
    this.resumedFrom = resumedFrom;
  }

  stop(now: number): void {
    if (!this.script.deaf) this.asked ??= { at: now, by: 'stop' };
  }

  /** Whoever reaches it renews its lease. One that has run out stays so. */
  private renew(now: number): void {
    if (this.endedAt === undefined && this.#renewedAt !== undefined) this.#renewedAt = now;
  }

  /** EC2's notice, now: besides the one that the script may hold. */
  notify(now: number): void {
    this.#noticed ??= now;
  }

  terminate(now: number, reason = 'Client.UserInitiatedShutdown'): void {
    if (this.endedAt !== undefined) return;
    this.endedAt = now;
    this.endReason = reason;
  }

  /** Lets the script happen up to `now`. */
  advance(now: number): void {
    const { lostAfter, noticeAfter, stateReason, lease } = this.script;
    const start = this.trainingSince;
    if (start === undefined) return;
    if (lease !== undefined && this.#renewedAt !== undefined && now >= this.#renewedAt + lease * 1000)
      this.terminate(this.#renewedAt + lease * 1000, 'Client.InstanceInitiatedShutdown');
    if (lostAfter !== undefined && now >= start + lostAfter * 1000)
      this.terminate(start + lostAfter * 1000, stateReason ?? 'Server.SpotInstanceTermination');
    if (noticeAfter !== undefined && now >= start + noticeAfter * 1000) this.#noticed ??= start + noticeAfter * 1000;
    if (this.#noticed !== undefined) {
      if (!this.script.deaf && !this.script.ignoresNotice) this.asked ??= { at: this.#noticed, by: 'notice' };
      const takenAt = this.#noticed + (this.script.noticeSeconds ?? DEFAULTS.noticeSeconds) * 1000;
      if (now >= takenAt) this.terminate(takenAt, 'Server.SpotInstanceTermination');
    }
  }

  get notice(): Notice | undefined {
    if (this.#noticed === undefined) return undefined;
    const takenAt = this.#noticed + (this.script.noticeSeconds ?? DEFAULTS.noticeSeconds) * 1000;
    return { source: 'spot', action: 'terminate', time: new Date(takenAt).toISOString() };
  }

  /** What EC2 says of it to whoever listens. */
  word({ lossOnly, scheduled, leadSeconds = 900 }: HearArgs, now: number): Ec2Word | undefined {
    if (this.endedAt !== undefined) return { kind: 'lost', detail: `lost ${this.id}`, stateReason: this.endReason };
    if (lossOnly) return undefined;
    if (this.notice) return { kind: 'notice', notice: this.notice };
    if (!this.scheduled) return undefined;
    const { action, at } = this.scheduled;
    const notice: Notice = { source: 'maintenance', action, time: new Date(at).toISOString() };
    if (at - now <= leadSeconds * 1000) return { kind: 'notice', notice };
    const told = scheduled?.some(({ time }) => time === notice.time) ?? true;
    return told ? undefined : { kind: 'scheduled', notice };
  }

  /** Seconds until it is worth to ask for news again: after its training only its script brings any. */
  nextWordIn(usual: number): number {
    const { lostAfter, noticeAfter } = this.script;
    const quiet = this.trainingSince !== undefined && lostAfter === undefined && noticeAfter === undefined;
    return quiet ? 3600 : usual;
  }

  /** When the process ends or ended, as things stand. */
  exitAt(): number {
    const start = this.trainingSince ?? Number.POSITIVE_INFINITY;
    const alone = start + (this.script.seconds ?? DEFAULTS.seconds) * 1000;
    const told = this.asked ? this.asked.at + (this.script.stopTakes ?? DEFAULTS.stopTakes) * 1000 : alone;
    return Math.min(alone, told, this.endedAt ?? Number.POSITIVE_INFINITY);
  }

  /** When all that it left is in S3. */
  private uploadedAt(): number {
    const { uploads = 0, stallsAfter } = this.script;
    return stallsAfter === undefined ? this.exitAt() + uploads * 1000 : Number.POSITIVE_INFINITY;
  }

  /** What supervision would say of its last uploads, if anything. */
  uploading(now: number): 'uploading' | 'stalled' | undefined {
    const { uploads = 0, stallsAfter = Number.POSITIVE_INFINITY } = this.script;
    const since = (now - this.exitAt()) / 1000;
    if (uploads === 0 || since < 5) return undefined;
    return since < stallsAfter ? 'uploading' : 'stalled';
  }

  /** What its script has supervision tell, each once. */
  tellsNow(now: number): HostEvent['event'][] {
    const all = this.script.tells ?? [];
    const since = (now - (this.trainingSince ?? now)) / 1000;
    const due = all.slice(this.#told).filter(({ after }) => after <= since);
    this.#told += due.length;
    return due.map(({ event }) => event(now));
  }

  trains(now: number): boolean {
    return this.trainingSince !== undefined && now < this.exitAt();
  }

  stepAt(now: number): number {
    const until = Math.min(now, this.exitAt());
    const { stepsPerSecond } = { ...DEFAULTS, ...this.script };
    const seconds = Math.max(0, until - (this.trainingSince ?? until)) / 1000;
    return this.resumedFrom + Math.floor(seconds * stepsPerSecond);
  }

  /** The newest whole checkpoint. */
  checkpoint(now: number): CheckpointRef | undefined {
    return this.checkpoints(now).at(-1);
  }

  /** All of them: the periodic ones, those that were asked for, and one at every end that the agent survived. */
  checkpoints(now: number): CheckpointRef[] {
    if (this.trainingSince === undefined) return [];
    const last = this.uploadedAt();
    const survived = last < (this.endedAt ?? Number.POSITIVE_INFINITY);
    const times = [...this.periodic(now), ...this.checkpointsAsked, ...(survived ? [last] : [])].filter(
      (at) => at <= now,
    );
    return times.sort((a, b) => a - b).map((at, i) => this.checkpointOf(i + 1, at));
  }

  private checkpointOf(number: number, at: number): CheckpointRef {
    const key = nodePrefix('', this.runKey, this.attempt, 0) + manifestName(number);
    const step = this.script.reports === false ? null : this.stepAt(at);
    return { step, number, attempt: this.attempt, key, bytes: 9 };
  }

  /** When each periodic checkpoint was whole. */
  private periodic(now: number): number[] {
    const { checkpointEvery } = this.script;
    const start = this.trainingSince;
    if (checkpointEvery === undefined || start === undefined) return [];
    const ran = Math.min(now, this.exitAt()) - start;
    const count = Math.floor(ran / (checkpointEvery * 1000));
    return Array.from({ length: count }, (_, i) => start + (i + 1) * checkpointEvery * 1000);
  }

  /** What supervision would answer at `now`; undefined while the attempt goes on. */
  result(now: number): SuperviseResult | undefined {
    this.advance(now);
    const { silentAfter } = this.script;
    const silent = silentAfter !== undefined && now >= (this.trainingSince ?? now) + silentAfter * 1000;
    if (!silent) this.renew(now);
    const lastCheckpoint = this.checkpoint(now);
    const common = {
      ...(this.notice ? { notice: this.notice } : {}),
      ...(lastCheckpoint ? { lastCheckpoint } : {}),
      ...this.reports(now),
      ...(this.checkpoints(Math.min(now, this.exitAt() - 1)).length > 0 ? { savedWhileRunning: true } : {}),
    };
    if (this.endedAt !== undefined && this.endedAt <= Math.min(now, this.uploadedAt()))
      return { kind: 'lost', stateReason: this.endReason, detail: `${this.id} is gone`, ...common };
    if (silent) return { kind: 'unreachable', detail: `${this.id} has been silent for too long`, ...common };
    if (now < this.uploadedAt() || this.trainingSince === undefined) return undefined;
    return { kind: 'final', final: this.final(now), detail: 'the agent has said its last word', ...common };
  }

  /** What its training has reported: of each step from the one after that from which it went on. */
  private reports(now: number): { firstStep?: number; lastStep?: number } {
    const before = this.script.reports === 'anew' ? this.resumedFrom : 0;
    const [firstStep, lastStep] = [this.resumedFrom + 1 - before, this.stepAt(now) - before];
    return lastStep < firstStep || this.script.reports === false ? {} : { firstStep, lastStep };
  }

  private final(now: number): HostFinal {
    const told = this.asked !== undefined && this.exitAt() >= this.asked.at;
    const { exitCode, stopExitCode, tail } = { ...DEFAULTS, ...this.script };
    const checkpoint = this.checkpoint(now);
    return {
      code: told ? stopExitCode : exitCode,
      signal: null,
      stoppedBy: told ? (this.asked?.by ?? null) : null,
      tail,
      logBytes: 1,
      logUploaded: 1,
      step: this.reports(now).lastStep ?? null,
      metrics: { loss: 0.5 },
      checkpoint: checkpoint
        ? { step: checkpoint.step, number: checkpoint.number ?? 0, key: checkpoint.key, bytes: 9 }
        : null,
      outputs: [{ index: 0, files: 1, bytes: 3 }],
      problems: [],
      notice: this.notice ?? null,
      ...this.script.final,
    };
  }
}
