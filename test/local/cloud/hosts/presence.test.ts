import { bootMachine } from '../support/machine';
import { login } from '../support/ssh';
import { openTarget, type Target } from '../support/target';

let target: Target;
beforeAll(async () => {
  target = await openTarget();
});
afterAll(() => target.close());

const strangerOf = async (id: string) => (await target.control('GET', `instances/${id}`)).json.stranger;

it('impersonate: another machine answers, lets nobody in and counts who tried; healing ends it', async () => {
  const machine = await bootMachine(target);
  const session = await machine.login();
  const { hostKey } = session;
  const cut = new Promise<void>((resolve) => session.client.once('close', () => resolve()));
  expect(await strangerOf(machine.id)).toBeNull();
  await target.control('POST', `instances/${machine.id}/impersonate`);
  await cut;

  const wary = { hostVerifier: (key: Buffer | string) => key === hostKey };
  await expect(login(machine.address, machine.key, wary)).rejects.toThrow(/verification failed/);
  expect(await strangerOf(machine.id)).toEqual({ connections: 1, logins: 0 });
  // One that takes any key.
  await expect(login(machine.address, machine.key)).rejects.toThrow(/authentication methods failed/);
  const { connections, logins } = await strangerOf(machine.id);
  expect(connections).toBe(2);
  expect(logins).toBeGreaterThan(0);

  await target.control('POST', `instances/${machine.id}/heal`);
  const again = await machine.login();
  expect(again.hostKey).toBe(hostKey);
  again.end();
});

it('move: the host is at another address, with all that runs; at the one before answers another machine', async () => {
  const machine = await bootMachine(target);
  const session = await machine.login();
  await session.run('(while :; do echo tick >> ticks; sleep 0.02; done) >/dev/null 2>&1 &');
  const { json } = await target.control('POST', `instances/${machine.id}/move`);
  expect(json.address).not.toBe(machine.address);
  expect((await target.describe(machine.id)).PublicIpAddress).toBe(json.address);

  const wary = { hostVerifier: (key: Buffer | string) => key === session.hostKey };
  await expect(login(machine.address, machine.key, wary)).rejects.toThrow(/verification failed/);
  const there = await login(json.address, machine.key, wary);
  const ticks = async () => Number(await there.text('wc -l < ticks'));
  const before = await ticks();
  while ((await ticks()) <= before);
  there.end();
  expect(await strangerOf(machine.id)).toEqual({ connections: 1, logins: 0 });
});

it('neither can be done to an instance that is none', async () => {
  for (const what of ['impersonate', 'move'])
    expect((await target.control('POST', `instances/i-0/${what}`)).status).toBe(404);
});
