import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { StackError } from '../errors';
import { endProcess } from '../machine/processes';

export interface PartOptions {
  /** Names the log file, `<home>/logs/<name>.log`. */
  name: string;
  home: string;
  command: string;
  args: string[];
  env: NodeJS.ProcessEnv;
  /** A process group of its own, that outlives this process and its terminal. */
  detach: boolean;
}

export interface Part {
  name: string;
  pid: number;
  log: string;
  child: ChildProcess;
  /** The first line of stdout that is a JSON object. Fails when the process ends before, with the end of its log. */
  ready(timeoutSeconds: number): Promise<Record<string, unknown>>;
}

/** Starts one server as a process of its own. Its output goes to a file, so that it neither needs nor keeps a terminal. */
export async function startPart(options: PartOptions): Promise<Part> {
  const logs = path.join(options.home, 'logs');
  await mkdir(logs, { recursive: true, mode: 0o700 });
  const log = path.join(logs, `${options.name.replaceAll(' ', '-')}.log`);
  const output = openSync(log, 'w', 0o600);
  const child = spawn(options.command, options.args, {
    cwd: options.home,
    env: options.env,
    detached: true, // A group of its own even when attached: ctrl-C is ours to pass on, in the right order.
    stdio: ['ignore', output, output],
  });
  closeSync(output);
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
    log,
    child,
    ready: (timeoutSeconds) => waitForReadyLine(part, timeoutSeconds),
  };
  return part;
}

async function waitForReadyLine(part: Part, timeoutSeconds: number): Promise<Record<string, unknown>> {
  const until = Date.now() + timeoutSeconds * 1000;
  for (;;) {
    const text = await readFile(part.log, 'utf8').catch(() => '');
    for (const line of text.split('\n').slice(0, -1)) {
      const json = jsonObject(line);
      if (json && ('url' in json || json.ready === true)) return json;
    }
    if (part.child.exitCode !== null || part.child.signalCode !== null)
      throw await failure(part, 'ended before it was ready');
    if (Date.now() > until) {
      await endProcess(part.pid);
      throw await failure(part, `was not ready after ${timeoutSeconds} s`);
    }
    await delay(50);
  }
}

/** What a part's log says at its end, as the reason why it is not there. */
export async function failure(part: { name: string; log: string }, what: string): Promise<StackError> {
  const text = await readFile(part.log, 'utf8').catch(() => '');
  const tail = text.trim().split('\n').slice(-8).join('\n').slice(-2000);
  return new StackError(`${part.name} ${what}. The end of ${part.log}:\n${tail || '(empty)'}`);
}

function jsonObject(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
