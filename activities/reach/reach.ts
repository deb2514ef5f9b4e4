import { ApplicationFailure } from '@temporalio/common';
import type { Instance } from '../../adapters/aws';
import { HostKeyMismatchError, type HostSession, UnreachableError } from '../../adapters/ssh';
import { FAILURES, type Host, type HostSettings, type ReachArgs, TAGS } from '../../contract';
import { type ActivityDeps, type Beat, instanceLost, messageOf } from '../step';
import { isLost, lossInWords } from '../watch';

/** The heartbeat's words from the first login on: a later try then knows that the host has proved its key before. */
export const LOGGED_IN = 'logged in';

/** Of one connection; a host that boots drops packets until its network is up. */
const CONNECT_SECONDS = 5;
/** Between tries: from the first, growing by half, to the last. */
const PAUSES_MS = { first: 100, longest: 2000 };

export type Target = Omit<Host, 'detail'>;

/** One wait for one host. Over when it is reached, when EC2 shows it lost, when its time is up, or on cancellation. */
export class Reach {
  readonly #over = new AbortController();
  readonly #timer: NodeJS.Timeout;
  /** What the host did last, in words, and as the error that it was. */
  #last = 'EC2 has not shown it running';
  #lastError: unknown;
  #reached: boolean;

  constructor(
    private readonly deps: Pick<ActivityDeps, 'settings' | 'watchers' | 'sessions'>,
    private readonly args: ReachArgs,
    private readonly beat: Beat,
    options: { until: number; reached: boolean },
  ) {
    this.#reached = options.reached;
    this.#timer = setTimeout(() => this.#over.abort(this.#tooLate()), Math.max(0, options.until - Date.now()));
    if (beat.signal.aborted) this.#cancel();
    beat.signal.addEventListener('abort', this.#cancel, { once: true });
    deps.watchers
      .in(args.region)
      .waitFor(args.instanceId, isLost, this.signal)
      .then((instance) => this.#over.abort(instanceLost(lossInWords(args, instance), instance.stateReason?.code)))
      .catch(() => {});
  }

  /** What the run was resolved with. */
  get #settings(): HostSettings {
    return this.args.settings ?? this.deps.settings;
  }

  get signal(): AbortSignal {
    return this.#over.signal;
  }

  /** Why it is over, if it is; better than the error that being over caused. */
  get over(): unknown {
    return this.signal.aborted ? this.signal.reason : undefined;
  }

  close(): void {
    clearTimeout(this.#timer);
    this.beat.signal.removeEventListener('abort', this.#cancel);
    this.#over.abort(new Error('over'));
  }

  /** Where the host is, once it runs and has an address. */
  async address(): Promise<Target> {
    const { node, instanceId, region } = this.args;
    const settings = this.#settings;
    const instance = await this.deps.watchers.in(region).waitFor(
      instanceId,
      (seen) => {
        this.#last = this.#stateInWords(seen);
        return seen.state === 'running' && addressOf(seen, settings.address) !== undefined;
      },
      this.signal,
    );
    const port = Number(instance.tags[TAGS.sshPort] ?? settings.sshPort);
    const address = addressOf(instance, settings.address) ?? '';
    return { node, instanceId, region, address, port, user: settings.user, addressKind: settings.address };
  }

  /**
   * Logs in and works. Until the first login nothing that the host does is final, not even another key: its SSH server may
   * run before it has been given its own. After that, only the expected key will do.
   */
  async connect<T>(target: Target, work: (session: HostSession) => Promise<T>): Promise<T> {
    for (let pause = PAUSES_MS.first; ; pause = Math.min(pause * 1.5, PAUSES_MS.longest)) {
      this.signal.throwIfAborted();
      try {
        return await this.deps.sessions.use(
          target,
          (session) => {
            this.#reached = true;
            return work(session);
          },
          { signal: this.signal, connectTimeoutSeconds: CONNECT_SECONDS },
        );
      } catch (error) {
        const early = error instanceof UnreachableError || (error instanceof HostKeyMismatchError && !this.#reached);
        if (!early) throw error;
        this.#lastError = error;
        this.#last = messageOf(error);
        this.beat.say(this.#last);
      }
      await wait(pause, this.signal);
    }
  }

  #tooLate(): ApplicationFailure {
    const mismatch = this.#lastError instanceof HostKeyMismatchError;
    return ApplicationFailure.create({
      message: `${this.args.instanceId} was not reachable within limits.startTimeout (${this.args.startTimeoutSeconds} s): ${this.#last}`,
      type: mismatch ? FAILURES.hostKeyMismatch : FAILURES.unreachable,
      nonRetryable: true,
    });
  }

  #stateInWords(instance: Instance): string {
    if (instance.state !== 'running') return `EC2 shows it ${instance.state}`;
    const kind = this.#settings.address;
    return `it runs, but has no ${kind} address (settings: address: ${kind}; check the subnets)`;
  }

  readonly #cancel = (): void => this.#over.abort(this.beat.signal.reason);
}

function addressOf(instance: Instance, kind: 'public' | 'private'): string | undefined {
  return kind === 'public' ? instance.publicAddress : instance.privateAddress;
}

function wait(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    }, milliseconds);
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
}
