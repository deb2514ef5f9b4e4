import { timingSafeEqual } from 'node:crypto';
import { Client, type ConnectConfig } from 'ssh2';
import { HostKeyMismatchError, UnreachableError } from './errors';
import { fingerprint, publicKeyBlob } from './keys';
import { Session } from './session';
import type { HostSession, OpenOptions, SshTarget } from './types';

const CONNECT_TIMEOUT_SECONDS = 10;
/** A dead link is noticed after three unanswered questions: 9 to 12 seconds. */
const KEEPALIVE = { keepaliveInterval: 3000, keepaliveCountMax: 3 };

/**
 * Connects and logs in. The server must prove exactly `target.hostKey`; otherwise the connection ends before any login.
 * @throws HostKeyMismatchError, UnreachableError, or the signal's reason
 */
export function openSession(target: SshTarget, options: OpenOptions = {}): Promise<HostSession> {
  const { address, port, user } = target;
  const expected = publicKeyBlob(target.hostKey);
  if (!expected) return Promise.reject(new Error('the expected host key is not an OpenSSH public key line'));
  const timeout = (options.connectTimeoutSeconds ?? CONNECT_TIMEOUT_SECONDS) * 1000;
  const client = new Client();

  return new Promise((resolve, reject) => {
    let mismatch: HostKeyMismatchError | undefined;
    const give = (error: unknown): void => {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', onAbort);
      client.removeAllListeners();
      client.on('error', () => {}); // what still comes while it is torn down
      client.destroy();
      reject(error);
    };
    const unreachable = (why: string, cause?: unknown): void =>
      give(mismatch ?? new UnreachableError(address, port, why, { cause }));
    const onAbort = (): void => give(options.signal?.reason);
    const timer = setTimeout(() => unreachable(`no session within ${timeout / 1000} s`), timeout);

    if (options.signal?.aborted) return onAbort();
    options.signal?.addEventListener('abort', onAbort, { once: true });
    client.on('error', (error) => unreachable(reason(error, user), error));
    client.on('close', () => unreachable('the connection was closed during the handshake'));
    client.on('ready', () => {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', onAbort);
      client.removeAllListeners();
      client.setNoDelay(true);
      resolve(new Session(client, { address, port, user }));
    });
    const config: ConnectConfig = {
      host: address,
      port,
      username: user,
      privateKey: target.privateKey,
      // Only the kind of key that we gave the host; and no agent, password or file of the machine is ever tried.
      algorithms: { serverHostKey: ['ssh-ed25519'] },
      authHandler: ['publickey'],
      readyTimeout: 0,
      ...KEEPALIVE,
      hostVerifier: (key: Buffer): boolean => {
        if (key.length === expected.length && timingSafeEqual(key, expected)) return true;
        mismatch = new HostKeyMismatchError(address, port, fingerprint(expected), fingerprint(key));
        return false;
      },
    };
    try {
      client.connect(config);
    } catch (error) {
      unreachable(error instanceof Error ? error.message : String(error), error);
    }
  });
}

function reason(error: Error & { level?: string; code?: string }, user: string): string {
  if (error.level === 'client-authentication') {
    return `it does not accept the run's key for ${user} (not finished booting, or another login user)`;
  }
  return error.code ? `${error.code} ${error.message}` : error.message;
}
