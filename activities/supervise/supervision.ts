import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { AttachEvent, Host, RunSpec, SuperviseArgs, SuperviseResult } from '../../contract';
import { HostDeadline, hostNow, signGrants } from '../host';
import { type ActivityDeps, passing } from '../step';
import { lossInWords } from '../watch';
import { type AttachEnd, attachOnce } from './attach';
import { Epochs } from './epoch';
import { EtaWatch } from './eta-watch';
import { LargeFiles } from './large-files';
import { lastWord } from './last-word';
import { Lease } from './lease';
import { LossWatch } from './loss-watch';
import { progressWords } from './progress';
import { Pruner } from './pruner';
import { connectSeconds, isUnreachable, reconnectDelay } from './reconnect';
import { finalResult, superviseResult } from './result';
import { HostSignals } from './signals';
import { UploadWatch } from './upload-watch';
import { type Details, fold, readDetails, startingView, type View } from './view';

/** Well below the heartbeat timeout of two minutes; the SDK sends few of them on. Milliseconds. */
const HEARTBEAT_MS = 5_000;

/** What is on its way to the workflow may still arrive when supervise is over. Milliseconds. */
const LAST_SIGNALS_MS = 1_000;

/** One try of the activity: attaches, and attaches again, until there is a verdict. */
export class Supervision {
  private view: View;
  private heardAt: number;
  private epoch: number;
  private failedTries = 0;
  /** As it is, or was last, attached to. */
  private attached: Host;
  /** EC2 has said, since the host was last heard, that it runs. */
  private runsByEc2 = false;
  private readonly epochs: Epochs;
  private readonly signals: HostSignals;
  private readonly uploads: UploadWatch;
  private readonly eta: EtaWatch;
  private readonly lease: Lease;
  private readonly loss: LossWatch;
  private readonly pruner: Pruner;
  private readonly largeFiles: LargeFiles;
  private readonly beating: NodeJS.Timeout;

  constructor(
    private readonly deps: ActivityDeps,
    private readonly args: SuperviseArgs,
    spec: RunSpec,
    private readonly context: Context,
  ) {
    const { host } = args;
    this.attached = host;
    const before = readDetails(context.info.heartbeatDetails);
    this.view = startingView(before);
    this.heardAt = before?.heardAt ?? Date.now();
    this.epoch = before?.epoch ?? 0;
    this.epochs = new Epochs(context.info.currentAttemptScheduledTimestampMs, before?.epoch);
    this.signals = new HostSignals(deps, host.node, () => this.epoch);
    this.uploads = new UploadWatch((move) => this.signals.uploads(move));
    this.eta = new EtaWatch((at) => this.signals.eta(at));
    this.loss = new LossWatch(deps.watchers.in(host.region), host.instanceId);
    this.pruner = new Pruner(deps, host.node, spec.checkpoints.keep, args.lineage);
    this.largeFiles = new LargeFiles(deps, host.node, spec.outputs);
    const deadline = new HostDeadline(args.hostDeadline, spec.checkpoints.graceSeconds);
    this.lease = new Lease({
      leaseSeconds: args.leaseSeconds,
      hostDeadline: () => deadline.now(),
      signGrants: () => signGrants(deps.store, deps.settings.prefix, host.node, spec.outputs),
      log: deps.log,
    });
    this.heartbeat();
    this.beating = setInterval(() => this.heartbeat(), HEARTBEAT_MS);
  }

  async run(): Promise<SuperviseResult> {
    const over = AbortSignal.any([this.context.cancellationSignal, this.loss.now]);
    for (;;) {
      this.epoch = this.epochs.next();
      this.attached = this.failedTries > 0 ? hostNow(this.deps, this.args.host) : this.args.host;
      const end = await attachOnce(this.deps, {
        host: this.attached,
        epoch: this.epoch,
        connectSeconds: connectSeconds(this.args.unreachableSeconds),
        signal: over,
        onEvent: (event) => this.hear(event),
        onHello: (send, attached) => {
          this.largeFiles.attached(send);
          this.pruner.attached(send);
          this.lease.keep(send, attached);
        },
      });
      this.loss.setSpeaking(false);
      const verdict = (await this.isOver()) ?? (await this.judge(end));
      if (verdict) return verdict;
      // Woken by cancellation and loss alike.
      await sleep(reconnectDelay(this.failedTries++), undefined, { signal: over }).catch(() => undefined);
      const meanwhile = await this.isOver();
      if (meanwhile) return meanwhile;
    }
  }

  /** Stops everything that this try has started. The host stays as it is. */
  async close(): Promise<void> {
    clearInterval(this.beating);
    this.loss.close();
    this.uploads.close();
    await Promise.all([this.signals.close(LAST_SIGNALS_MS), this.pruner.close(), this.largeFiles.close()]);
  }

  private hear(event: AttachEvent): void {
    this.view = fold(this.view, event, this.args.host.node);
    this.heardAt = Date.now();
    this.runsByEc2 = false;
    if (event.t === 'hello') {
      this.failedTries = 0;
      this.loss.setSpeaking(true);
      this.signals.connected(this.movedTo);
    }
    this.uploads.hear(event);
    if (event.t === 'beat') this.eta.hear(event, this.heardAt);
    if (event.t === 'alert') this.signals.alert(event);
    if (this.view.notice) this.signals.notice(this.view.notice);
    if (event.t === 'scheduled') this.signals.scheduled(event.notice);
    if (event.t === 'large' || event.t === 'join') this.largeFiles.hear(event);
    if (event.t === 'checkpoint') this.pruner.checkpointAppeared();
    // Its last checkpoint is made now: nothing is removed beside that.
    if (event.t === 'exit' || event.t === 'notice') void this.pruner.close();
    if (this.view.firstStep !== null) this.signals.firstStep(this.view.firstStep);
    if (event.t === 'checkpoint' || event.t === 'notice') this.heartbeat();
    if (event.t === 'warning') this.signals.warning(event.message);
    if (event.t === 'checkpoint-failed') {
      this.deps.log.warn({ why: event.message }, 'checkpoint failed');
      this.signals.checkpointFailed(event.message);
    }
  }

  /** What has been decided elsewhere: by the agent's last word, by Temporal or by EC2. */
  private async isOver(): Promise<SuperviseResult | undefined> {
    if (this.view.final) return finalResult(this.view, this.view.final);
    if (this.context.cancellationSignal.aborted) await this.giveUp();
    if (!this.loss.now.aborted) return undefined;
    const said = await this.lastWordInS3();
    if (said) return said;
    const { host } = this.args;
    const instance = await this.loss.withReason();
    const detail = instance ? lossInWords(host, instance) : `lost ${host.instanceId}`;
    return superviseResult('lost', this.view, detail, instance?.stateReason?.code);
  }

  /** What the end of an attachment means; undefined: attach again. */
  private async judge(end: AttachEnd): Promise<SuperviseResult | undefined> {
    const { host, unreachableSeconds } = this.args;
    if (end.kind === 'superseded') {
      throw passing('another supervision has attached to this host with a higher epoch', 'superseded');
    }
    if (end.kind === 'no-trace') {
      const detail = `${host.instanceId} runs, but its training is gone (was it rebooted?): ${end.why}`;
      return superviseResult('lost', this.view, detail);
    }
    if (end.kind !== 'cut') return undefined;
    this.signals.disconnected(end.why, end.wrongKey);
    const silentMs = Date.now() - this.heardAt;
    if (!isUnreachable({ silentMs, tries: this.failedTries, limitSeconds: unreachableSeconds })) return undefined;
    if (!this.runsByEc2) {
      // When EC2 is silent too, it is our side that is cut off (or a laptop that just woke): then nothing is decided. Once
      // EC2 has answered, the host gets one more chance.
      this.runsByEc2 = await this.askEc2();
      return undefined;
    }
    const said = await this.lastWordInS3();
    if (said) return said;
    const how = end.wrongKey ? 'was never connected to again' : 'has not answered';
    const detail = `${host.instanceId} ${how} for ${Math.round(silentMs / 1000)} s (limits.unreachable ${unreachableSeconds} s), though EC2 shows it running: ${end.why}`;
    return superviseResult('unreachable', this.view, detail);
  }

  private lastWordInS3(): Promise<SuperviseResult | undefined> {
    return lastWord(this.deps, this.args.host, this.view);
  }

  private async askEc2(): Promise<boolean> {
    const { region, instanceId } = this.args.host;
    const query = { ids: [instanceId] };
    const found = await this.deps.ec2
      .in(region)
      .describeInstances(query, { signal: AbortSignal.timeout(10_000) })
      .catch(() => []);
    return found.some((instance) => instance.id === instanceId && instance.state === 'running');
  }

  /** Hands over to another worker, or confirms that Temporal has cancelled this activity. */
  private async giveUp(): Promise<never> {
    this.heartbeat();
    const reason = this.context.cancellationSignal.reason as unknown;
    const shutdown = reason instanceof Error && reason.message === 'WORKER_SHUTDOWN';
    if (shutdown || this.context.cancellationDetails?.workerShutdown) {
      throw ApplicationFailure.create({
        message: 'this worker is shutting down; another one goes on',
        type: 'worker-shutdown',
        nextRetryDelay: 100,
        category: 'BENIGN',
      });
    }
    return this.context.cancelled;
  }

  private heartbeat(): void {
    const { epoch, heardAt } = this;
    const { logBytes, step, firstStep, stepsAnew, checkpoint, saved, notice } = this.view;
    const progress = progressWords(this.view, heardAt);
    const details: Details = {
      progress,
      epoch,
      heardAt,
      logBytes,
      step,
      firstStep,
      stepsAnew,
      checkpoint,
      saved,
      notice,
    };
    this.context.heartbeat(details);
  }

  /** The address at which the host was found, when it is not that of the beginning. */
  private get movedTo(): string | undefined {
    const { address } = this.attached;
    return address === this.args.host.address ? undefined : address;
  }
}
