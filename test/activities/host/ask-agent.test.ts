import { MockActivityEnvironment } from '@temporalio/testing';
import { type AgentCall, askAgent } from '../../../activities/host/ask-agent';
import { withHeartbeat } from '../../../activities/step/heartbeat';
import { ConnectionLostError, HostKeyMismatchError, UnreachableError } from '../../../adapters/ssh';
import { type AgentErrorCode, agentPath } from '../../../contract';
import { type FakeDeps, failureOf, fakeDeps, HOST } from '../support/deps';
import { until } from '../support/until';

let deps: FakeDeps;
beforeEach(() => {
  deps = fakeDeps();
});

const call = (over: Partial<AgentCall<'install'>> = {}): AgentCall<'install'> => ({
  host: HOST,
  verb: 'install',
  request: {},
  ...over,
});
const refuse = (code: AgentErrorCode, message = 'no', tail = ''): void => {
  deps.fakeAgent.answers.install = () => ({ t: 'error', code, message, tail });
};

test.each([
  ['install-failed', true],
  ['command-not-found', true],
  ['hostile', true],
  ['corrupt', true],
  ['disk-full', true],
  ['bad-request', true],
  ['transfer', false],
  ['internal', false],
  ['not-started', false],
] as const)('%s is the fault of the user: %s', async (code, ofTheUser) => {
  refuse(code);
  const failure = await failureOf(askAgent(deps, call()));
  expect(failure.nonRetryable).toBe(ofTheUser);
  expect(failure.type).toBe(ofTheUser ? 'failed' : `agent-${code}`);
});

test('the message says what failed and ends with the last lines of the tool, at most 2 KiB', async () => {
  refuse('install-failed', 'pip exited 1', `${'noise\n'.repeat(2000)}ERROR: No matching distribution found for nosuch`);
  const { message } = await failureOf(askAgent(deps, call({ what: 'setup failed' })));
  expect(message).toMatch(/^setup failed: pip exited 1\n/);
  expect(message).toMatch(/No matching distribution found for nosuch$/);
  expect(Buffer.byteLength(message)).toBeLessThanOrEqual(2048);
});

test('no secret is in a failure, however it was written', async () => {
  const secret = 'hunter2+/"quoted"';
  const shown = [secret, encodeURIComponent(secret), JSON.stringify(secret)].join(' ');
  refuse('install-failed', `cannot log in with ${shown}`, `tail ${shown}`);
  const failure = await failureOf(askAgent(deps, call({ secrets: { TOKEN: secret } })));
  expect(JSON.stringify(failure) + failure.message + failure.stack).not.toContain('hunter2');
  expect(failure.message).toContain('[TOKEN]');
});

test('a lost connection is passing, a strange host key is not', async () => {
  deps.fakeAgent.down = new ConnectionLostError('gone');
  expect((await failureOf(askAgent(deps, call()))).nonRetryable).toBe(false);
  deps.fakeAgent.down = new HostKeyMismatchError('127.0.0.1', 22, 'SHA256:a', 'SHA256:b');
  expect(await failureOf(askAgent(deps, call()))).toMatchObject({ type: 'host-key-mismatch', nonRetryable: true });
});

test('a host is called at the address that it has today', async () => {
  deps.fakeWatcher.show(HOST.instanceId, 'running', { publicAddress: '127.9.9.9' });
  deps.fakeAgent.answers.install = () => ({ source: 'none', tool: null, packages: [], count: 0 });
  await askAgent(deps, call());
  expect(deps.fakeAgent.addresses).toEqual(['127.9.9.9']);
});

test('an instance that EC2 takes in the middle of a call ends it at once', async () => {
  deps.fakeAgent.answers.install = () => new Promise(() => {});
  const failing = failureOf(askAgent(deps, call()));
  await until(() => deps.fakeAgent.calls.length > 0);
  const stateReason = { code: 'Server.SpotInstanceTermination', message: 'Server.SpotInstanceTermination: taken' };
  deps.fakeWatcher.show(HOST.instanceId, 'shutting-down', { stateReason });
  const failure = await failing;
  expect(failure).toMatchObject({ type: 'instance-lost', nonRetryable: true });
  expect(failure.message).toContain('Server.SpotInstanceTermination');
  expect(deps.fakeWatcher.listening).toBe(0);
});

const fail = (down: Error): void => {
  deps.fakeAgent.down = down;
};
const gone = { id: HOST.instanceId, volumeIds: [], tags: {}, state: 'shutting-down' as const };

test.each([
  ['a connection that is cut', (): void => fail(new ConnectionLostError('reset'))],
  ['a host that nobody reaches', (): void => fail(new UnreachableError('h', 22, 'refused'))],
  ['an install that is ended with its host', (): void => refuse('install-failed', 'pip failed with exit code -15')],
])('of %s, EC2 is asked before it is called passing, or the fault of the run', async (_, arrange) => {
  arrange();
  // As the last look saw it; the loss is younger.
  deps.fakeWatcher.show(HOST.instanceId, 'running');
  deps.fakeWatcher.answers.set(HOST.instanceId, gone);
  expect(await failureOf(askAgent(deps, call()))).toMatchObject({ type: 'instance-lost', nonRetryable: true });
  deps.fakeWatcher.answers.clear();
  expect((await failureOf(askAgent(deps, call()))).type).not.toBe('instance-lost');
  expect(deps.fakeWatcher.asked).toHaveLength(2);
});

test('another file in the place of the agent is replaced, and its run is told once; a missing agent is put there', async () => {
  deps.fakeAgent.answers.install = () => ({ source: 'none', tool: null, packages: [], count: 0 });
  for (const met of ['another', 'another', 'nothing'] as const) {
    deps.fakeAgent.inItsPlace.push(met);
    expect(await askAgent(deps, call())).toMatchObject({ count: 0 });
  }
  expect(deps.fakeAgent.placed).toEqual(Array(3).fill(agentPath(deps.agent.sha256)));
  const message = expect.stringContaining(`in the place of the agent on ${HOST.instanceId}`);
  expect(deps.events).toEqual([expect.objectContaining({ epoch: 0, event: { kind: 'warning', message } })]);
});

test('who meets another file again and again says so, and may be called anew', async () => {
  deps.fakeAgent.inItsPlace.push('another', 'another');
  const failure = await failureOf(askAgent(deps, call()));
  expect(failure).toMatchObject({ type: 'connection', nonRetryable: false });
  expect(failure.message).toContain('is not the agent');
});

test('a cancellation reaches a call that says nothing', async () => {
  deps.fakeAgent.answers.install = () => new Promise(() => {});
  const env = new MockActivityEnvironment();
  const failing = failureOf(env.run(() => withHeartbeat((beat) => askAgent(deps, call({ beat })))));
  await until(() => deps.fakeAgent.calls.length > 0);
  env.cancel();
  expect((await failing).name).toBe('CancelledFailure');
});
