import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StackState } from '../../../contract';
import { spawnCli, trainctl } from '../../support/cli';
import { untilStatus, untilTrains } from '../../support/look-at';
import { OwnStack } from '../../support/own-stack';
import { type ProcessOf, processesOf, untilNone } from '../../support/processes-of';

jest.setTimeout(240_000);

// What is told apart by /proc can be told only where that is.
const linux = process.platform === 'linux' ? test : test.skip;

// The harder case: no kernel ends what a host has started when its first process is killed.
const stack = new OwnStack({ TRAINCTL_LOCALCLOUD_CONFINEMENT: 'subreaper' });
const homes: string[] = [];
afterAll(async () => {
  await stack.close();
  for (const home of homes) rmSync(home, { recursive: true, force: true });
});

const onHost = ({ args }: ProcessOf): boolean => /host_init|sleep 4321|trainctl_agent/.test(args);
const first = ({ args }: ProcessOf): boolean => args.includes('host_init');
const temporary = (): string => {
  homes.push(mkdtempSync(path.join(os.tmpdir(), 'trainctl-orphans-')));
  return homes.at(-1) ?? '';
};

linux('whoever is orphaned ends itself: hosts, servers, and all of them with their home', async () => {
  await stack.up();
  const args = ['run', '--id', 'orphan', '--detach', '--set', 'code.none=true', '--', 'sleep', '4321'];
  const started = await trainctl(args, { cwd: temporary(), env: stack.env });
  expect([started.code, started.stderr]).toEqual([0, expect.anything()]);
  await untilTrains('orphan', stack.env);
  const before = await untilCommand();

  // The first process of a host: what ran there is gone, and the run goes on elsewhere.
  const inits = before.filter(first);
  const init = inits.find(({ ppid }) => inits.some(({ pid }) => pid === ppid));
  process.kill(init?.pid ?? 0, 'SIGKILL');
  await untilNone(stack.home, ({ pid }) => before.some((known) => known.pid === pid));
  await untilStatus('orphan', ({ attempts, phase }) => attempts.length > 1 && phase === 'training', stack.env);
  const now = await untilCommand();

  // Its keeper, and after that the cloud itself.
  const keeper = now.filter(first).find(({ ppid }) => ppid === stack.pid('cloud'));
  process.kill(keeper?.pid ?? 0, 'SIGKILL');
  await untilNone(stack.home, ({ pid }) => now.some((known) => known.pid === pid));
  await stack.kill('cloud');
  await untilNone(stack.home, onHost);

  // Who guards a server: the server, too, and a second start finds its port free and its database whole.
  const { temporal } = stack.state;
  process.kill(temporal.guard ?? 0, 'SIGKILL');
  await untilNone(stack.home, ({ pid }) => pid === temporal.pid || pid === temporal.guard);
  await stack.up();
  expect(stack.state.temporal.address).toBe(temporal.address);
  expect((await stack.client?.get('orphan'))?.run).toBe('orphan');

  // Servers write into a folder while it is removed: `rmSync` would try its last step again and again, `rm` all of it.
  await rm(stack.home, { recursive: true, force: true, maxRetries: 20 });
  await untilNone(stack.home);
});

linux('a stack that is not detached ends with who started it, and what could not is named and ended', async () => {
  const home = temporary();
  const up = spawnCli(['stack', 'up'], { env: { TRAINCTL_HOME: home } });
  const state = await untilUp(home);
  // A guard that does not get to do its work.
  process.kill(state.temporal.guard ?? 0, 'SIGSTOP');
  up.kill('SIGKILL');
  const stays = [state.temporal.pid, state.temporal.guard];
  await untilNone(home, ({ pid }) => !stays.includes(pid));
  expect(processesOf(home).map(({ pid }) => pid)).toEqual(expect.arrayContaining(stays));

  await rm(home, { recursive: true, force: true, maxRetries: 20 });
  const elsewhere = { TRAINCTL_HOME: temporary() };
  // Any other `stack down` of this machine, such as that of a test beside this one, ends it as well.
  const ended = (): boolean => processesOf(home).length === 0;
  const told = await trainctl(['doctor'], { env: elsewhere });
  if (!ended()) expect(told.stdout).toContain(`temporal (pid ${state.temporal.pid}) of ${home}, which is gone`);
  const before = ended();
  const down = await trainctl(['stack', 'down', '--json'], { env: elsewhere });
  expect(JSON.parse(down.stdout)).toMatchObject({ stopped: false });
  if (!before) expect(down.stdout).toContain(`"pid":${state.temporal.pid},"what":"temporal"`);
  await untilNone(home);
});

/** What runs on the hosts of the stack, once a command does. */
async function untilCommand(): Promise<ProcessOf[]> {
  for (;;) {
    const seen = processesOf(stack.home).filter(onHost);
    if (seen.some(({ args }) => args.includes('sleep 4321'))) return seen;
    await sleep(100);
  }
}

async function untilUp(home: string): Promise<StackState> {
  const file = path.join(home, 'stack.json');
  for (;;) {
    const state = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as StackState) : undefined;
    if (state?.worker) return state;
    await sleep(100);
  }
}
