import { finalKey } from '../../../contract';
import { type FakeDeps, HOST } from '../support/deps';
import { FINAL, start, supervised } from './support/supervised';

let deps: FakeDeps;
beforeEach(async () => {
  deps = await supervised();
});

test('a host that finished while nobody was attached is no loss: its last word is in S3', async () => {
  deps.fakeAgent.down = new Error('refused');
  const key = finalKey('p/', HOST.node.runKey, HOST.node.attempt, HOST.node.node);
  await deps.store.put(key, JSON.stringify(FINAL));
  deps.fakeWatcher.show(HOST.instanceId, 'terminated', {
    stateReason: { code: 'Client.InstanceInitiatedShutdown', message: 'Instance initiated shutdown' },
  });
  expect(await start(deps).done).toMatchObject({ kind: 'final', final: FINAL, lastStep: 7 });

  const long = { ...FINAL, tail: 'x'.repeat(20_000), outputs: {}, alerts: 7 };
  await deps.store.put(key, JSON.stringify(long));
  expect(await start(deps).done).toMatchObject({
    kind: 'final',
    final: { code: 0, outputs: [], problems: ['the last word of the host could not be read whole: alerts, outputs'] },
  });

  for (const strange of ['{', '[]', '{"code":"0"}']) {
    await deps.store.put(key, strange);
    expect(await start(deps).done).toMatchObject({ kind: 'lost', stateReason: 'Client.InstanceInitiatedShutdown' });
  }
});

test('a last word of another instance, from before a reset of the workflow, decides nothing', async () => {
  deps.fakeAgent.down = new Error('refused');
  deps.fakeWatcher.show(HOST.instanceId, 'terminated', {
    stateReason: { code: 'Server.SpotInstanceTermination', message: '' },
  });
  const key = finalKey('p/', HOST.node.runKey, HOST.node.attempt, HOST.node.node);
  await deps.store.put(key, JSON.stringify({ ...FINAL, instance: 'i-other' }));
  expect(await start(deps).done).toMatchObject({ kind: 'lost', stateReason: 'Server.SpotInstanceTermination' });
  await deps.store.put(key, JSON.stringify({ ...FINAL, instance: HOST.instanceId }));
  expect(await start(deps).done).toMatchObject({ kind: 'final' });
});

test('while S3 cannot be asked for the last word, nothing is decided; a refusal says that there is none', async () => {
  deps.fakeAgent.down = new Error('refused');
  deps.fakeWatcher.show(HOST.instanceId, 'terminated', {
    stateReason: { code: 'Client.InstanceInitiatedShutdown', message: 'Instance initiated shutdown' },
  });
  const getRange = deps.store.getRange.bind(deps.store);
  const fail = (error: Error) => {
    deps.store.getRange = (key, from, end) =>
      key.endsWith('/final.json') ? Promise.reject(error) : getRange(key, from, end);
  };
  fail(Object.assign(new Error('Please reduce your request rate.'), { name: 'SlowDown' }));
  await expect(start(deps).done).rejects.toThrow('reduce your request rate');
  fail(Object.assign(new Error('Access Denied'), { name: 'AccessDenied', $metadata: { httpStatusCode: 403 } }));
  expect(await start(deps).done).toMatchObject({ kind: 'lost', stateReason: 'Client.InstanceInitiatedShutdown' });
});
