import { Context } from '@temporalio/activity';
import type {
  CheckpointRef,
  HostEvent,
  LaunchArgs,
  LaunchResult,
  Lineage,
  NotifyActivities,
  Placement,
  RefusalKind,
  RunResult,
  RunStatus,
  TrainingActivities,
  UndoArgs,
} from '../../../contract';
import { Faults } from './faults';
import { FakeInstance } from './instance';
import type { AttemptScript } from './script';
import { PLACEMENTS } from './spec';

export interface Refusal {
  refusal: RefusalKind;
  code?: string;
  /** Which launches it strikes. Default: all. */
  where?: (placement: Placement) => boolean;
  /** Default: for good. */
  times?: number;
}

export interface Call {
  activity: keyof TrainingActivities;
  /** Epoch milliseconds by the server's clock. */
  at: number;
  attempt?: number;
}

/**
 * A small model of EC2, S3 and hosts, as the activities of a run meet them. It keeps what is true (instances, checkpoints) apart
 * from what the run believes, and writes down every breach of what must never happen.
 */
export class FakeWorld {
  readonly instances: FakeInstance[] = [];
  readonly calls: Call[] = [];
  readonly faults = new Faults();
  readonly summaries: { status: RunStatus; result: RunResult }[] = [];
  /** What must never happen, and did. */
  readonly breaches: string[] = [];
  placements: Placement[] = PLACEMENTS;
  /** By attempt; the entry of 0 is for all others. */
  scripts: Record<number, AttemptScript> = {};
  /** What EC2 shows beside instances, by how often it was asked; the last entry stays. */
  leftovers: string[][] = [];
  /** Between a terminate and "terminated". Seconds. */
  terminateTakes = 0;
  /** The settings name a webhook. */
  webhook = false;
  /** What it answers. */
  postWebhook: NotifyActivities['postWebhook'] = () => Promise.reject(new Error('the test has no webhook'));
  /** How often a skipped supervision looks. Seconds. */
  pollSeconds = 10;
  /** Sends a signal to a run, as the real supervision does. */
  signal: (workflowId: string, event: HostEvent) => Promise<void> = async () => undefined;
  /** What the last undo was asked for. */
  lastUndo?: UndoArgs;
  #holds = new Map<string, Promise<void>>();
  #refusals: (Refusal & { times: number })[] = [];
  #listeners = new Set<() => void>();

  /** @param time `skipping`: nothing ever waits; what takes time fails retryably, and the server's clock jumps over it */
  constructor(readonly time: 'real' | 'skipping') {}

  now(): number {
    return this.time === 'real' ? Date.now() : Context.current().info.currentAttemptScheduledTimestampMs;
  }

  refuse(refusal: Refusal): void {
    this.#refusals.push({ times: Number.POSITIVE_INFINITY, ...refusal });
  }

  /** Instances that cost money. */
  alive(runKey?: string): FakeInstance[] {
    return this.instances.filter((i) => i.endedAt === undefined && (runKey === undefined || i.runKey === runKey));
  }

  of(attempt: number): FakeInstance {
    const instance = this.instances.find((i) => i.attempt === attempt);
    if (!instance) throw new Error(`attempt ${attempt} has launched nothing`);
    return instance;
  }

  count(activity: keyof TrainingActivities): number {
    return this.calls.filter((c) => c.activity === activity).length;
  }

  /** When the activity was first called, for that attempt. */
  firstCall(activity: keyof TrainingActivities, attempt?: number): number {
    const call = this.calls.find((c) => c.activity === activity && (attempt === undefined || c.attempt === attempt));
    if (!call) throw new Error(`${activity} was never called${attempt ? ` for attempt ${attempt}` : ''}`);
    return call.at;
  }

  /** Calls of this activity wait, after their effect, until they are released. */
  hold(activity: keyof TrainingActivities): { release: () => void } {
    let release = (): void => undefined;
    this.#holds.set(
      activity,
      new Promise((resolve) => {
        release = resolve;
      }),
    );
    return { release };
  }

  async held(activity: keyof TrainingActivities): Promise<void> {
    await this.#holds.get(activity);
  }

  /** Resolves when `fact` is true; looks whenever something was called or has changed. */
  async until(fact: () => boolean, seconds = 60): Promise<void> {
    const timeout = Date.now() + seconds * 1000;
    while (!fact()) {
      if (Date.now() > timeout) throw new Error(`not within ${seconds} s; calls: ${this.calls.map((c) => c.activity)}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** RunInstances: idempotent by token, like EC2's. */
  launch(args: LaunchArgs): LaunchResult {
    const token = [args.node.runKey, args.node.attempt, JSON.stringify(args.placement), args.try].join('/');
    const known = this.instances.find((i) => i.token === token);
    if (known?.endedAt !== undefined)
      return { kind: 'refused', code: 'IdempotentInstanceTerminated', message: 'gone', refusal: 'token-spent' };
    const refusal = this.#refusals.find((r) => r.times > 0 && (r.where?.(args.placement) ?? true));
    if (!known && refusal) {
      refusal.times -= 1;
      return {
        kind: 'refused',
        code: refusal.code ?? 'InsufficientInstanceCapacity',
        message: 'no',
        refusal: refusal.refusal,
      };
    }
    const instance = known ?? this.create(args, token);
    return {
      kind: 'launched',
      instanceId: instance.id,
      clientToken: token,
      launchedAt: new Date(instance.launchedAt).toISOString(),
      hostKey: 'ssh-ed25519 AAAA',
    };
  }

  private create({ node, placement }: LaunchArgs, token: string): FakeInstance {
    const script = this.scripts[node.attempt] ?? this.scripts[0] ?? {};
    const id = `i-${this.instances.length + 1}`;
    const instance = new FakeInstance(id, token, node.runKey, node.attempt, placement, this.now(), script);
    this.instances.push(instance);
    this.changed();
    return instance;
  }

  /** The newest whole checkpoint of a run, by attempt and number, of those that are still offered. */
  newestCheckpoint(runKey: string, lineage?: Lineage): CheckpointRef | undefined {
    const now = this.now();
    return this.instances
      .filter((i) => i.runKey === runKey && !lineage?.fruitless.includes(i.attempt))
      .sort((a, b) => a.attempt - b.attempt)
      .flatMap((i) => i.checkpoints(now))
      .filter(({ key }) => !lineage?.failed.includes(key))
      .at(-1);
  }

  /** Wakes all that wait for something to happen. */
  changed(): void {
    for (const wake of this.#listeners) wake();
  }

  /** Resolves when something happens, or after `ms`; rejects when the activity is cancelled. */
  async happens(ms: number): Promise<void> {
    const { cancelled } = Context.current();
    let timer: NodeJS.Timeout | undefined;
    let wake: () => void = () => undefined;
    try {
      await Promise.race([
        cancelled,
        new Promise<void>((resolve) => {
          wake = resolve;
          this.#listeners.add(resolve);
          timer = setTimeout(resolve, ms);
        }),
      ]);
    } finally {
      clearTimeout(timer);
      this.#listeners.delete(wake);
    }
  }
}
