import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { CancelledFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { hostNow } from '../../../activities/host/now';
import { createAwaitReachable } from '../../../activities/reach/await-reachable';
import { deriveKeys } from '../../../adapters/ssh';
import { type Host, type HostSettings, nodeTags } from '../../../contract';
import { startHost, until } from '../../adapters/ssh/support/host';
import { type FakeDepsOptions, fakeDeps, NODE, SECRET } from '../support/ec2/deps';

const AGENT = Buffer.from(`
import json
print(json.dumps({"t": "result", "result": {"python": "3.11.2", "uv": "uv 0.9.5 (x)", "cpus": 4, "memoryBytes": 1,
  "diskFreeBytes": 1, "gpus": ["NVIDIA A10G", "NVIDIA A10G"]}}))
`);

interface Try {
  startTimeoutSeconds?: number;
  /** Seconds since the activity was scheduled. */
  age?: number;
  heartbeatDetails?: unknown;
  options?: FakeDepsOptions;
  port?: number;
  settings?: HostSettings;
}

/** An instance in EC2's memory whose SSH server is at `port`. */
function world({ startTimeoutSeconds = 60, age = 0, heartbeatDetails, options, port, settings }: Try) {
  const deps = fakeDeps({ agentSource: AGENT, ...options });
  deps.ec2.add({
    id: 'i-1',
    state: 'pending',
    tags: { ...nodeTags(NODE, 'demo'), ...(port ? { 'trainctl:ssh-port': String(port) } : {}) },
  });
  const env = new MockActivityEnvironment({
    scheduledTimestampMs: Date.now() - age * 1000,
    ...(heartbeatDetails ? { heartbeatDetails } : {}),
  });
  const said: string[] = [];
  env.on('heartbeat', (details?: { progress: string }) => details && said.push(details.progress));
  const args = {
    node: NODE,
    instanceId: 'i-1',
    region: 'us-east-1',
    startTimeoutSeconds,
    ...(settings && { settings }),
  };
  const run = async (): Promise<Host> => {
    try {
      return await env.run(createAwaitReachable(deps), args);
    } finally {
      deps.close();
    }
  };
  return { deps, env, said, run };
}

test('a host that runs and proves its key gets the agent and says what it is', async () => {
  const host = await startHost();
  const { deps, run } = world({ port: host.target.port });
  const reaching = run();
  await until('a look', () => deps.ec2.count('instances') > 1);
  expect(host.logins).toEqual([]);
  deps.ec2.set('i-1', { state: 'running' });
  expect(await reaching).toEqual({
    node: NODE,
    instanceId: 'i-1',
    region: 'us-east-1',
    address: '127.0.0.1',
    port: host.target.port,
    user: 'ubuntu',
    addressKind: 'public',
    detail: 'python 3.11 · 4 cpus · 2 × NVIDIA A10G · uv 0.9',
  });
  await host.close();
});

test('a host is where, and has the user that, its run was resolved with, whatever the settings say now', async () => {
  const host = await startHost();
  const settings = {
    subnets: [],
    securityGroups: [],
    address: 'public' as const,
    user: 'trainee',
    sshPort: host.target.port,
  };
  const { deps, run } = world({ options: { settings: { address: 'private', user: 'root', sshPort: 9 } }, settings });
  deps.ec2.set('i-1', { state: 'running' });
  const reached = await run();
  expect(reached).toMatchObject({
    address: '127.0.0.1',
    addressKind: 'public',
    port: host.target.port,
    user: 'trainee',
  });
  const elsewhere = { in: () => ({ get: () => ({ publicAddress: '127.0.0.2', privateAddress: '10.0.0.1' }) }) };
  const now = (one: Host): Host => hostNow({ watchers: elsewhere, settings: { address: 'private' } } as never, one);
  const { addressKind: _, ...older } = reached;
  expect([now(reached).address, now(older).address]).toEqual(['127.0.0.2', '10.0.0.1']);
  await host.close();
});

test('a host that boots slowly, and proves another key first, is waited for', async () => {
  const wrong = await startHost({ hostKey: deriveKeys(SECRET, { ...NODE, attempt: 9 }).host.privateOpenSsh });
  const { deps, run, said } = world({ port: wrong.target.port });
  deps.ec2.set('i-1', { state: 'running' });
  const reaching = run();
  await until('a mismatch', () => said.some((s) => s.includes('proved host key')));
  expect(wrong.logins).toEqual([]);
  const { port } = wrong.target;
  await wrong.close();
  await until('a refusal', () => said.some((s) => s.includes('ECONNREFUSED')));
  const host = await startHost({ port });
  expect(await reaching).toMatchObject({ port });
  await host.close();
});

test('another key until the end is host-key-mismatch, and nothing ever logged in', async () => {
  const host = await startHost({ hostKey: deriveKeys(SECRET, { ...NODE, attempt: 9 }).host.privateOpenSsh });
  const { deps, run, said } = world({ port: host.target.port, startTimeoutSeconds: 7777 });
  deps.ec2.set('i-1', { state: 'running' });
  // Its end comes once it has met the key, however long that takes.
  const { setTimeout: later } = global;
  let end = (): void => {};
  const timers = jest.spyOn(global, 'setTimeout').mockImplementation(((work: () => void, ms = 0, ...more: []) => {
    if (ms > 7_000_000) end = work;
    return later(work, ms, ...more);
  }) as typeof setTimeout);
  const failing = run().catch((e: unknown) => e);
  await until('a mismatch', () => said.some((s) => s.includes('proved host key')));
  timers.mockRestore();
  end();
  expect(await failing).toMatchObject({
    type: 'host-key-mismatch',
    nonRetryable: true,
    message: expect.stringMatching(/not reachable within limits.startTimeout \(7777 s\): .*proved host key/),
  });
  expect(host.logins).toEqual([]);
  await host.close();
});

test('after a first login another key is final at once', async () => {
  const host = await startHost({ hostKey: deriveKeys(SECRET, { ...NODE, attempt: 9 }).host.privateOpenSsh });
  const { deps, run } = world({
    port: host.target.port,
    startTimeoutSeconds: 600,
    heartbeatDetails: { progress: 'logged in, placing the agent' },
  });
  deps.ec2.set('i-1', { state: 'running' });
  await expect(run()).rejects.toMatchObject({ type: 'host-key-mismatch', nonRetryable: true });
  await host.close();
});

test('an instance that is lost meanwhile says why', async () => {
  const silent = createServer();
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const { port } = silent.address() as AddressInfo;
  const { deps, run } = world({ port, startTimeoutSeconds: 600 });
  deps.ec2.set('i-1', { state: 'running' });
  const reaching = run().catch((e: unknown) => e);
  await until('looks', () => deps.ec2.count('instances') > 2);
  deps.ec2.set('i-1', {
    state: 'terminated',
    stateReason: { code: 'Server.SpotInstanceTermination', message: 'Spot instance termination' },
  });
  expect(await reaching).toMatchObject({
    type: 'instance-lost',
    nonRetryable: true,
    message: expect.stringContaining('Server.SpotInstanceTermination'),
  });
  silent.close();
});

test.each([
  ['pending', {}, 'EC2 shows it pending'],
  ['running', {}, 'it runs, but has no private address'],
] as const)('%s until the end is unreachable, in words', async (state, change, words) => {
  const { deps, run } = world({ startTimeoutSeconds: 0.5, options: { settings: { address: 'private' } } });
  deps.ec2.set('i-1', { state, ...change });
  await expect(run()).rejects.toMatchObject({
    type: 'unreachable',
    nonRetryable: true,
    message: expect.stringContaining(words),
  });
});

test('a new try does not start the time anew', async () => {
  const { run } = world({ startTimeoutSeconds: 600, age: 601 });
  await expect(run()).rejects.toMatchObject({ type: 'unreachable' });
});

test('a cancel ends it as Temporal wants it', async () => {
  const { deps, env, run } = world({ startTimeoutSeconds: 600 });
  const reaching = run();
  await until('looks', () => deps.ec2.count('instances') > 0);
  env.cancel('CANCELLED');
  await expect(reaching).rejects.toBeInstanceOf(CancelledFailure);
});

test('an agent that cannot work is no success', async () => {
  const host = await startHost();
  const { deps, run } = world({
    port: host.target.port,
    options: { agentSource: Buffer.from('raise SystemExit("broken")\n') },
  });
  deps.ec2.set('i-1', { state: 'running' });
  await expect(run()).rejects.toMatchObject({
    type: 'agent-internal',
    nonRetryable: false,
    message: expect.stringContaining('broken'),
  });
  await host.close();
});
