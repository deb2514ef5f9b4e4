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

  for (const strange of ['{', '[]', '{"code":"0"}', JSON.stringify({ ...FINAL, tail: 'x'.repeat(20_000) })]) {
    await deps.store.put(key, strange);
    expect(await start(deps).done).toMatchObject({ kind: 'lost', stateReason: 'Client.InstanceInitiatedShutdown' });
  }
});

test('while S3 cannot be asked for the last word, nothing is decided; a refusal says that there is none', async () => {
  deps.fakeAgent.down = new Error('refused');
  deps.fakeWatcher.show(HOST.instanceId, 'terminated', {
    stateReason: { code: 'Client.InstanceInitiatedShutdown', message: 'Instance initiated shutdown' },
  });
  const get = deps.store.get.bind(deps.store);
  const fail = (error: Error) => {
    deps.store.get = (key, options) => (key.endsWith('/final.json') ? Promise.reject(error) : get(key, options));
  };
  fail(Object.assign(new Error('Please reduce your request rate.'), { name: 'SlowDown' }));
  await expect(start(deps).done).rejects.toThrow('reduce your request rate');
  fail(Object.assign(new Error('Access Denied'), { name: 'AccessDenied', $metadata: { httpStatusCode: 403 } }));
  expect(await start(deps).done).toMatchObject({ kind: 'lost', stateReason: 'Client.InstanceInitiatedShutdown' });
});
