import type { AttachCommand, WriteGrants } from '../../contract';
import { grantsExpire, leaseLeft, renewalMs } from '../host';
import { type Log, messageOf } from '../step';

export interface LeaseOptions {
  leaseSeconds: number;
  /** Epoch seconds of the host's last moment; asked at each renewal, because `extend` moves it. */
  hostDeadline(): Promise<number>;
  signGrants(): Promise<WriteGrants>;
  log: Log;
}

/** Keeps one attached agent's lease and write grants alive for as long as it runs. */
export class Lease {
  private grants: { from: number; until: number } | undefined;

  constructor(private readonly options: LeaseOptions) {}

  /** Renews at once, then at each interval, until `signal` ends it. Never throws: the next renewal tries again. */
  keep(send: (command: AttachCommand) => void, signal: AbortSignal): void {
    let timer: NodeJS.Timeout | undefined;
    const turn = async (): Promise<void> => {
      await this.renew(send).catch((error: unknown) => {
        this.options.log.warn({ error: messageOf(error) }, 'lease not renewed');
      });
      if (!signal.aborted) timer = setTimeout(() => void turn(), renewalMs(this.options.leaseSeconds));
    };
    signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
    void turn();
  }

  private async renew(send: (command: AttachCommand) => void): Promise<void> {
    const { leaseSeconds, log } = this.options;
    const grants = await this.freshGrants().catch((error: unknown) => {
      // A host that is alive and cannot upload for a while is better off than one that powers off.
      log.warn({ error: messageOf(error) }, 'write grants not renewed');
      return undefined;
    });
    const deadline = await this.options.hostDeadline();
    const now = Date.now();
    const left = leaseLeft(now, leaseSeconds, deadline);
    send({ t: 'renew', leaseSeconds: left, leaseUntil: Math.floor(now / 1000) + left, ...(grants && { grants }) });
  }

  /** New grants when there are none yet, or half of the life of the last has passed. */
  private async freshGrants(): Promise<WriteGrants | undefined> {
    const now = Date.now();
    if (this.grants && now < (this.grants.from + this.grants.until) / 2) return undefined;
    const grants = await this.options.signGrants();
    this.grants = { from: now, until: grantsExpire(grants) * 1000 };
    return grants;
  }
}
