import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunResult } from '../../../contract';
import { lastJson, spawnCli, succeeded, trainctl } from '../../support/cli';
import { OwnStack } from '../../support/own-stack';
import { processesOf, untilNone } from '../../support/processes-of';

jest.setTimeout(240_000);

// Processes are told apart by /proc.
const linux = process.platform === 'linux' ? test : test.skip;

const stack = new OwnStack();
const folder = mkdtempSync(path.join(os.tmpdir(), 'trainctl-start-killed-'));
afterAll(async () => {
  await stack.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The servers of a stack, by their command lines. */
const SERVERS = {
  temporal: /^\S*temporal\S* server start-dev /,
  cloud: /^\S*node\S* .*local\/cloud\/main\.js/,
  worker: /^\S*node\S* .*worker\/main\.js/,
};

const serversOf = (home: string, which: RegExp): number[] =>
  processesOf(home)
    .filter(({ args }) => which.test(args))
    .map(({ pid }) => pid);

/** `stack up` that dies as soon as a server of its is there. */
async function startKilled(which: RegExp): Promise<void> {
  for (;;) {
    const up = spawnCli(['stack', 'up', '--detach'], { env: stack.env });
    const ended = new Promise<string>((resolve) => up.once('close', (code, signal) => resolve(`${code ?? signal}`)));
    while (serversOf(stack.home, which).length === 0 && up.exitCode === null) await sleep(20);
    up.kill('SIGKILL');
    const how = await ended;
    if (how === 'SIGKILL') return;
    // It was faster than this process, and nothing was shown: the same once more, without the server.
    expect(how).toBe('0');
    for (const pid of serversOf(stack.home, which)) process.kill(pid, 'SIGKILL');
    while (serversOf(stack.home, which).length > 0) await sleep(20);
  }
}

linux(
  'a start that is killed at any of its servers is followed by one that works, and by one of each server',
  async () => {
    for (const which of Object.values(SERVERS)) await startKilled(which);
    await stack.up();
    const { temporal, cloud, worker } = stack.state;
    expect(Object.values(SERVERS).map((which) => serversOf(stack.home, which))).toEqual([
      [temporal.pid],
      [cloud.pid],
      [worker?.pid],
    ]);
    await succeeded(trainctl(['stack', 'status'], { env: stack.env }));
    const args = ['run', '--json', '--yes', '--set', 'code.none=true', '--', 'true'];
    const ran = await trainctl(args, { cwd: folder, env: stack.env });
    expect(lastJson<RunResult>(ran)).toMatchObject({ outcome: 'succeeded', leftovers: 0 });
    await succeeded(trainctl(['stack', 'down'], { env: stack.env }));
    await untilNone(stack.home);
  },
);
