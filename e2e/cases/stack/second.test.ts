import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { StackState } from '../../../contract';
import { lastJson, succeeded, trainctl } from '../../support/cli';
import { untilStatus } from '../../support/look-at';
import { stackState } from '../../support/stack';

jest.setTimeout(300_000);

let home: string;
const cli = (...args: string[]) => trainctl(args, { env: { TRAINCTL_HOME: home } });

beforeAll(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'trainctl-stack-'));
});

afterAll(async () => {
  await cli('stack', 'down', '--force');
  await rm(home, { recursive: true, force: true, maxRetries: 20 });
});

test('a second stack runs beside the first, and of a half-dead one the dead part alone is replaced', async () => {
  const started = await succeeded(cli('stack', 'up', '--detach', '--json'));
  const up = lastJson<StackState & { alreadyUp: boolean }>(started);
  expect(up.alreadyUp).toBe(false);
  expect([up.temporal.address, up.cloud.url]).not.toContain(stackState().temporal.address);
  expect(up.cloud.url).not.toBe(stackState().cloud.url);

  // A run that waits for capacity has nothing that a killed worker could leave half done.
  expect((await cli('local', 'fault', 'no-capacity', '--set', 'times=0')).code).toBe(0);
  const folder = await mkdtemp(path.join(home, 'code-'));
  const run = await trainctl(['run', '--id', 'sleeper', '--detach', '--set', 'code.none=true', '--', 'sleep', '60'], {
    cwd: folder,
    env: { TRAINCTL_HOME: home },
  });
  expect([run.code, run.stderr]).toEqual([0, '']);
  await untilStatus('sleeper', ({ phase }) => phase === 'waiting-for-capacity', { TRAINCTL_HOME: home });
  expect((await cli('status', 'sleeper')).stdout).toContain('waiting-for-capacity');
  process.kill(up.worker?.pid ?? 0, 'SIGKILL');
  for (;;) if ((await cli('stack', 'status')).code === 3) break;

  // Temporal still knows of the open run, though no worker does anything about it.
  const refused = await cli('stack', 'down');
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('1 run is open: sleeper')]);
  const late = await cli('extend', 'sleeper', '--duration', '1m');
  expect([late.code, late.stderr]).toEqual([3, expect.stringContaining('no worker polls')]);

  const mended = lastJson<StackState & { alreadyUp: boolean }>(await cli('stack', 'up', '--detach', '--json'));
  expect(mended.alreadyUp).toBe(false);
  expect([mended.temporal.pid, mended.cloud.pid]).toEqual([up.temporal.pid, up.cloud.pid]);
  expect(mended.worker?.pid).not.toBe(up.worker?.pid);
  const stopped = await cli('stop', 'sleeper', '--now', '--wait');
  expect(stopped).toMatchObject({ code: 11, stderr: '' });

  expect((await cli('stack', 'down')).code).toBe(0);
  for (const url of [up.cloud.url, up.temporal.uiUrl, `${mended.worker?.healthUrl}/healthz`])
    await expect(fetch(url)).rejects.toThrow('fetch failed');
  expect((await cli('ls')).code).toBe(3);
});
