import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import type { StackState } from '../../contract';
import { trainctl } from '../support/cli';
import { project } from '../support/project';
import { stackState } from '../support/stack';

const SIX_FAULTS = `
name: Bad_Name
command: ""
limits: { maxDuration: banana, maxCostUsd: -3 }
resources: { market: sopt, nodes: 2 }
`;
const PATHS = ['name', 'command', 'limits.maxDuration', 'limits.maxCostUsd', 'resources.market', 'resources.nodes'];

/** Stands where a server would be, and counts whoever knocks. */
async function knocks(): Promise<{ server: Server; address: string; count(): number }> {
  let count = 0;
  const server = createServer((socket) => {
    count += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, address: `127.0.0.1:${(server.address() as AddressInfo).port}`, count: () => count };
}

let home: string;
let temporal: Awaited<ReturnType<typeof knocks>>;
let cloud: Awaited<ReturnType<typeof knocks>>;

beforeAll(async () => {
  [temporal, cloud] = await Promise.all([knocks(), knocks()]);
  home = await mkdtemp(path.join(os.tmpdir(), 'trainctl-knocks-'));
  const real = stackState();
  const state: StackState = {
    ...real,
    temporal: { ...real.temporal, address: temporal.address },
    cloud: { ...real.cloud, url: `http://${cloud.address}` },
  };
  await writeFile(path.join(home, 'stack.json'), JSON.stringify(state), { mode: 0o600 });
});
afterAll(async () => {
  temporal.server.close();
  cloud.server.close();
  await rm(home, { recursive: true, force: true });
});

test('six faults are named at once with their paths; neither Temporal nor the cloud has seen anything', async () => {
  const dir = await project({ 'trainctl.yaml': SIX_FAULTS, 'train.py': 'print(1)\n' });
  const { code, stdout, stderr } = await trainctl(['run'], { cwd: dir, env: { TRAINCTL_HOME: home } });
  expect(code).toBe(2);
  expect(stdout).toBe('');
  for (const fault of PATHS) expect(stderr).toMatch(new RegExp(`^\\W*${fault.replace('.', '\\.')}:`, 'm'));
  expect(stderr).toContain('"banana" is not a duration (try 90s, 30m, 2h)');
  expect([temporal.count(), cloud.count()]).toEqual([0, 0]);
});

test('with --json the faults are one JSON object on stdout', async () => {
  const dir = await project({ 'trainctl.yaml': SIX_FAULTS });
  const { code, stdout } = await trainctl(['run', '--json'], { cwd: dir, env: { TRAINCTL_HOME: home } });
  expect(code).toBe(2);
  const answer = JSON.parse(stdout.trim()) as { error?: { faults?: { path: string }[] } };
  expect(answer.error?.faults?.map((fault) => fault.path).sort()).toEqual([...PATHS].sort());
});

test('the counters do count: a spec without faults knocks', async () => {
  const dir = await project({ 'trainctl.yaml': 'command: echo hello\n' });
  const { code } = await trainctl(['run', '--yes'], { cwd: dir, env: { TRAINCTL_HOME: home } });
  expect(code).toBe(3);
  expect(temporal.count() + cloud.count()).toBeGreaterThan(0);
});
