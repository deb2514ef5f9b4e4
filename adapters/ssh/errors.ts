import type { AgentErrorCode } from '../../contract';

/** The server proved another host key than the only one accepted. Nothing was sent to it, no login was tried. */
export class HostKeyMismatchError extends Error {
  override readonly name = 'HostKeyMismatchError';
  constructor(
    readonly address: string,
    readonly port: number,
    /** SHA256 fingerprints, as `ssh-keygen -l` prints them. */
    readonly expected: string,
    readonly proved: string,
  ) {
    super(
      `${address}:${port} proved host key ${proved} instead of ${expected}; not connected. Either it has not finished booting, or it is not the host that was launched`,
    );
  }
}

/** No logged-in session could be had: nothing answers, the connection broke, or the login was refused. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';
  constructor(
    readonly address: string,
    readonly port: number,
    readonly why: string,
    options?: ErrorOptions,
  ) {
    super(`cannot reach ${address}:${port} by SSH: ${why}`, options);
  }
}

/** The connection ended while a command ran; what became of the command is unknown. */
export class ConnectionLostError extends Error {
  override readonly name = 'ConnectionLostError';
}

/** A command wrote more than `exec` holds; it was ended on the host. */
export class TooMuchOutputError extends Error {
  override readonly name = 'TooMuchOutputError';
  constructor(
    readonly command: string,
    readonly mebibytes: number,
  ) {
    super(
      `more than ${mebibytes} MiB of output: ${command}; it was ended, because a worker holds the output of a command in memory. Let it write to a file on the host, or write less`,
    );
  }
}

/** What lies in the agent's place on the host is not the agent that is to work there; nothing was run. */
export class AgentNotWholeError extends Error {
  override readonly name = 'AgentNotWholeError';
  constructor(
    readonly address: string,
    /** Something else lies there; false: nothing does, or nothing that can be read. */
    readonly differs: boolean,
  ) {
    super(
      differs
        ? `what lies in the agent's place on ${address} is not the agent`
        : `${address} has no agent yet, or none that can be read`,
    );
  }
}

/** The agent said why it could not do what it was asked (`code`), or ended without an answer (`internal`). */
export class AgentError extends Error {
  override readonly name = 'AgentError';
  constructor(
    readonly code: AgentErrorCode,
    message: string,
    /** The last lines of the tool that failed. */
    readonly tail: string = '',
  ) {
    super(message);
  }
}
