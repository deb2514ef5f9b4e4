import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { PortTakenError, StackError } from '../errors';
import { childEnded, endProcess } from '../machine/processes';
import { guarded } from './guarded';

/** In the environment of what a stack starts: the home that it belongs to. */
export const HOME_MARK = 'TRAINCTL_STACK_HOME';

/** What a guard may take to start its server. */
const START_SECONDS = 30;

export interface PartOptions {
  /** Names the log file, `<home>/logs/<name>.log`. */
  name: string;
  home: string;
  command: string;
  args: string[];
  env: NodeJS.ProcessEnv;
  /** It outlives this process, once {@link Part.keep} has been said. Else it ends with this process, however that ends. */
  detach: boolean;
  /** Folders beside the home that it does not outlive, made where they are not there. */
  folders?: string[];
  /** The files that it makes, of whatever modes it asks for, are its owner's alone. Not for what runs people's programs. */
  ownFiles?: boolean;
}

export interface Part {
  name: string;
  /** Of its guard: it hands TERM on, and ends as the server ends. */
  pid: number;
  /** Of the server itself. */
  server: number;
  log: string;
  child: ChildProcess;
  /** The start is over: one that is detached stays, from now on, when this process ends. */
  keep(): Promise<void>;
  /** The first line of stdout that is a JSON object. Fails when the process ends before, with the end of its log. */
  ready(timeoutSeconds: number): Promise<Record<string, unknown>>;
}

/**
 * Starts one server as a process of its own, below a guard that ends it when its home is gone. Its output goes to a file, so that
 * it neither needs nor keeps a terminal.
 */
export async function startPart(options: PartOptions): Promise<Part> {
  const logs = path.join(options.home, 'logs');
  const folders = options.folders ?? [];
  for (const folder of [logs, ...folders]) await mkdir(folder, { recursive: true, mode: 0o700 });
  const { command, args } = await guarded([options.home, ...folders], [options.command, ...options.args]);
  const log = path.join(logs, `${options.name.replaceAll(' ', '-')}.log`);
  const output = openSync(log, 'w', 0o600);
  // What is spawned inherits it.
  const umask = options.ownFiles ? process.umask(0o077) : undefined;
  const child = spawn(command, args, {
    cwd: options.home,
    env: { ...options.env, [HOME_MARK]: options.home },
    detached: true, // A group of its own even when attached: ctrl-C is ours to pass on, in the right order.
    stdio: ['pipe', output, output],
  });
  if (umask !== undefined) process.umask(umask);
  closeSync(output);
  const owner = child.stdin as Socket;
  // What has ended needs no word from us.
  owner.on('error', () => undefined).unref();
  const started = await new Promise<Error | undefined>((resolve) => {
    child.once('spawn', () => resolve(undefined));
    child.once('error', resolve);
  });
  if (started || child.pid === undefined) {
    throw new StackError(`${options.name} could not be started: ${started?.message ?? 'no process id'}`);
  }
  if (options.detach) child.unref();
  const part: Part = {
    name: options.name,
    pid: child.pid,
    server: 0,
    log,
    child,
    keep: () => (options.detach ? new Promise((resolve) => owner.end('keep\n', () => resolve())) : Promise.resolve()),
    ready: (timeoutSeconds) => waitForReadyLine(part, timeoutSeconds, (line) => 'url' in line || line.ready === true),
  };
  const said = await waitForReadyLine(part, START_SECONDS, (line) => 'server' in line || 'failed' in line);
  if (typeof said.server !== 'number') throw new StackError(`${options.name} could not be started: ${said.failed}`);
  part.server = said.server;
  return part;
}

async function waitForReadyLine(
  part: Part,
  timeoutSeconds: number,
  wanted: (line: Record<string, unknown>) => boolean,
): Promise<Record<string, unknown>> {
  const until = Date.now() + timeoutSeconds * 1000;
  for (;;) {
    // Asked before its words are read: what it says last is then among them.
    const ended = childEnded(part.child);
    const text = await readFile(part.log, 'utf8').catch(() => '');
    for (const line of text.split('\n').slice(0, -1)) {
      const json = jsonObject(line);
      if (json && wanted(json)) return json;
    }
    if (ended) throw await failure(part, 'ended before it was ready');
    if (Date.now() > until) {
      await endProcess(part.pid);
      throw await failure(part, `was not ready after ${timeoutSeconds} s`);
    }
    await delay(50);
  }
}

/** What a part's log says at its end, as the reason why it is not there. */
export async function failure(part: { name: string; log: string }, what: string): Promise<StackError> {
  const text = (await readFile(part.log, 'utf8').catch(() => '')).trim();
  // Go tells it first, and then for pages where it was.
  const taken = text.split('\n').find((line) => PORT_TAKEN.test(line));
  const tail = text.split('\n').slice(-8).join('\n').slice(-2000);
  if (taken !== undefined) return new PortTakenError(`${part.name} ${what} (${part.log}):\n${taken.slice(0, 2000)}`);
  return new StackError(`${part.name} ${what}. The end of ${part.log}:\n${tail || '(empty)'}`);
}

/** As Go and as node say it. */
const PORT_TAKEN = /address already in use|EADDRINUSE/;

function jsonObject(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
