import { timingSafeEqual } from 'node:crypto';
import { NodeSSH, SSHError } from 'node-ssh';
import { HostKeyMismatchError, UnreachableError } from '../errors';
import { fingerprint, publicKeyBlob } from '../keys';
import type { HostSession, OpenOptions, SshTarget } from '../types';
import { untilAborted } from '../until-aborted';
import { Session } from './session';

const CONNECT_TIMEOUT_SECONDS = 10;
/** A dead link is noticed after three unanswered questions: 9 to 12 seconds. */
const KEEPALIVE = { keepaliveInterval: 3000, keepaliveCountMax: 3 };

/**
 * Connects and logs in. The server must prove exactly `target.hostKey`; otherwise the connection ends before any login.
 * @throws HostKeyMismatchError, UnreachableError, or the signal's reason
 */
export async function openSession(target: SshTarget, options: OpenOptions = {}): Promise<HostSession> {
  const { address, port, user } = target;
  const expected = publicKeyBlob(target.hostKey);
  if (!expected) throw new Error('the expected host key is not an OpenSSH public key line');
  options.signal?.throwIfAborted();
  const timeoutSeconds = options.connectTimeoutSeconds ?? CONNECT_TIMEOUT_SECONDS;
  let mismatch: HostKeyMismatchError | undefined;
  const ssh = new NodeSSH();
  const connecting = ssh.connect({
    host: address,
    port,
    username: user,
    privateKey: target.privateKey,
    // Only the kind of key that we gave the host; and no agent, password or file of the machine is ever tried.
    algorithms: { serverHostKey: ['ssh-ed25519'] },
    authHandler: ['publickey'],
    readyTimeout: timeoutSeconds * 1000,
    ...KEEPALIVE,
    hostVerifier: (key: Buffer): boolean => {
      if (key.length === expected.length && timingSafeEqual(key, expected)) return true;
      mismatch = new HostKeyMismatchError(address, port, fingerprint(expected), fingerprint(key));
      return false;
    },
  });
  connecting.catch(() => {}); // also when nobody comes to wait for it
  let session: Session | undefined;
  try {
    if (!ssh.connection) await connecting; // refused before there was a client: this says why
    // Not after the login: what ends the connection in the same moment would be missed.
    session = new Session(ssh, { address, port, user });
    await untilAborted(connecting, options.signal);
    return session;
  } catch (error) {
    session?.abandon();
    if (options.signal?.aborted) throw options.signal.reason;
    throw mismatch ?? new UnreachableError(address, port, reason(error, user, timeoutSeconds), { cause: error });
  }
}

function reason(error: unknown, user: string, timeoutSeconds: number): string {
  if (error instanceof SSHError) return 'the connection was closed during the handshake';
  const { level, code, message } = error as Error & { level?: string; code?: string };
  if (level === 'client-timeout') return `no session within ${timeoutSeconds} s`;
  if (level === 'client-authentication') {
    return `it does not accept the run's key for ${user} (not finished booting, or another login user)`;
  }
  return code ? `${code} ${message}` : message;
}
