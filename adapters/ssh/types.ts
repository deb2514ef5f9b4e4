import type { Writable } from 'node:stream';
import type { AttachCommand, AttachEvent, NodeRef } from '../../contract';

/** An ed25519 key pair in the forms that OpenSSH reads. */
export interface KeyPair {
  /** `-----BEGIN OPENSSH PRIVATE KEY-----…`, without a passphrase. */
  privateOpenSsh: string;
  /** `ssh-ed25519 AAAA… comment`. */
  publicOpenSsh: string;
}

export interface NodeKeys {
  /** Of this node of this attempt. */
  host: KeyPair;
  /** Of the run. */
  client: KeyPair;
}

export interface SshTarget {
  address: string;
  port: number;
  user: string;
  /** The client's private key, OpenSSH form. */
  privateKey: string;
  /** The only host key that is accepted, `ssh-ed25519 AAAA…`. */
  hostKey: string;
}

export interface OpenOptions {
  signal?: AbortSignal;
  /** From the first packet to a logged-in session. Default 10. */
  connectTimeoutSeconds?: number;
}

export interface ExecOptions {
  /** Written whole, then end of input; a command need not read it. */
  stdin?: string | Buffer;
  signal?: AbortSignal;
  /**
   * Called with each line of stdout as it comes; `stdout` of the result is then empty. An error that it throws ends the command.
   * The limit of `exec` on output holds here, too.
   */
  onLine?: (line: string) => void;
}

export interface ExecResult {
  /** Null when a signal ended it; `signal` then names it, such as `SIGKILL`. */
  code: number | null;
  signal?: string;
  /** The last 1 MiB of each at most; `stdout` is empty when `onLine` got the lines. */
  stdout: string;
  stderr: string;
}

/** A command that stays. */
export interface HostProcess {
  stdin: Writable;
  /** Lines of stdout; ends with the process. One reader. */
  lines: AsyncIterable<string>;
  /** Resolves when the channel has closed; never rejects. */
  closed: Promise<{ code: number | null; signal?: string; stderr: string }>;
  kill(): void;
}

/** One logged-in connection to one node. */
export interface HostSession {
  readonly target: { address: string; port: number; user: string };
  /**
   * Runs a command by the login shell and waits until its output is closed. A non-zero code is an answer, not an error.
   * It may write 64 MiB, stdout and stderr together: all of it is in memory until the command ends. One that writes more is
   * ended on the host; what writes without end is for `spawn`.
   * @throws ConnectionLostError, TooMuchOutputError, what `onLine` threw, or the signal's reason
   */
  exec(command: string, options?: ExecOptions): Promise<ExecResult>;
  spawn(command: string): Promise<HostProcess>;
  /** Places a file whole or not at all; parent folders are made. `path` is relative to the login user's home. */
  putFile(content: Buffer, path: string, mode: number, options?: { signal?: AbortSignal }): Promise<void>;
  /** Resolves, with the reason in words, once the connection is over; never rejects. */
  readonly closed: Promise<string>;
  close(): void;
}

/** What `attach` gives: the agent's events, and a way to tell it something. */
export interface AttachedAgent {
  /** Ends when the channel closes in order; throws {@link ConnectionLostError} or {@link AgentError} otherwise. */
  events: AsyncIterable<AttachEvent>;
  /** Lines sent after the channel has closed are dropped. */
  send(command: AttachCommand): void;
  /** Detaches; the training process does not notice. */
  close(): void;
}

/** Whom to connect to; a `Host` of the contract fits. */
export interface HostAddress {
  node: NodeRef;
  address: string;
  port: number;
  user: string;
}

/** Connections shared by the steps of one node, opened when first needed, closed after some idle time. */
export interface SessionPool {
  /** Borrows the node's session for as long as `work` runs. Connects when there is none. */
  use<T>(host: HostAddress, work: (session: HostSession) => Promise<T>, options?: OpenOptions): Promise<T>;
  /** Closes the node's session, if there is one: nothing waits for it any more. */
  drop(node: NodeRef): void;
  /** Closes all; the pool is then of no more use. */
  close(): void;
}
