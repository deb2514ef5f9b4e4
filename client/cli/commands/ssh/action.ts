import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type AttemptStatus, hostDir, runWord, shownId } from '../../../../contract';
import { type RunView, TrainctlError } from '../../..';
import { ownKeyPath } from '../../shared/ssh-key';
import { landingWords } from './landing';
import { readOptions } from './options';

/** An instance that can be logged in to. */
export interface SshTarget {
  user: string;
  address: string;
  port: number;
  hostKey: string;
  /** Of the attempt, relative to the login user's home. */
  folder: string;
}

/** The newest attempt's instance, if it lives and its host key is known. */
export function sshTarget(view: RunView): SshTarget {
  const attempt: AttemptStatus | undefined = view.attempts[view.attempts.length - 1];
  if (view.endedAt !== undefined || attempt?.terminatedAt !== undefined) {
    throw new TrainctlError('refused', `${shownId(view.run)} has no instance any more`, {
      next: `trainctl logs ${runWord(view.run)}`,
    });
  }
  const { user, address, hostKey, port = 22 } = attempt ?? {};
  if (user === undefined || address === undefined || hostKey === undefined) {
    throw new TrainctlError('refused', `${shownId(view.run)} has no instance that answers yet (${view.phase})`, {
      next: `trainctl status ${runWord(view.run)} --watch`,
    });
  }
  return { user, address, port, hostKey, folder: hostDir(view.runKey, attempt?.number ?? 1, 0) };
}

/** Options of the system's `ssh`: this key, this host key, and nothing that the user's own configuration adds. */
export function sshArgs(target: SshTarget, keyFile: string, knownHosts: string, rest: string[]): string[] {
  const options = ['-F', 'none', '-i', keyFile, '-p', String(target.port)];
  for (const option of [
    `UserKnownHostsFile=${quoted(knownHosts)}`,
    'GlobalKnownHostsFile=none',
    'StrictHostKeyChecking=yes',
    'HostKeyAlgorithms=ssh-ed25519',
    'IdentitiesOnly=yes',
    'LogLevel=ERROR',
  ]) {
    options.push('-o', option);
  }
  // ssh's own options go before the host, a command after it.
  const asked = readOptions(rest);
  const { terminal, command } = landingWords(target.folder, asked, process.stdin.isTTY === true);
  return [...options, ...asked.options, ...terminal, `${target.user}@${target.address}`, ...command];
}

/** How a host stands in known_hosts: with its port, unless that is 22. */
export function knownHostsLine({ address, port, hostKey }: SshTarget): string {
  return `${port === 22 ? address : `[${address}]:${port}`} ${hostKey}\n`;
}

/** A forward that is ended with its terminal takes ssh with it. */
const ENDING = ['SIGTERM', 'SIGHUP'] as const;

/** Runs `ssh` in this terminal and answers with its exit code. */
export async function openSsh(view: RunView, home: string, rest: string[]): Promise<number> {
  const target = sshTarget(view);
  const folder = mkdtempSync(path.join(tmpdir(), 'trainctl-ssh-'));
  const knownHosts = path.join(folder, 'known_hosts');
  writeFileSync(knownHosts, knownHostsLine(target), { mode: 0o600 });
  // ctrl-C belongs to the session, not to us.
  const ignore = (): void => undefined;
  process.on('SIGINT', ignore);
  const leaving = new AbortController();
  const leave = (): void => leaving.abort();
  // Not once: timeout(1) and shells tell the process and its group, and the second word would end this one before it has tidied up.
  for (const signal of ENDING) process.on(signal, leave);
  try {
    return await new Promise<number>((resolve, reject) => {
      const child = spawn('ssh', sshArgs(target, ownKeyPath(home), knownHosts, rest), { stdio: 'inherit' });
      leaving.signal.addEventListener('abort', () => child.kill());
      child.once('error', (cause) =>
        reject(
          new TrainctlError('unavailable', `ssh cannot be started: ${cause.message}`, {
            next: 'install OpenSSH, and see: trainctl doctor',
            cause,
          }),
        ),
      );
      child.once('exit', (code, signal) => resolve(code ?? (signal ? 130 : 1)));
    });
  } finally {
    process.off('SIGINT', ignore);
    for (const signal of ENDING) process.off(signal, leave);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** ssh reads a quoted file name as one, whatever blanks it has. */
const quoted = (file: string): string => (/\s/.test(file) ? `"${file}"` : file);
