import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Host, until } from './support/host';

let host: Host;
beforeEach(async () => {
  host = await new Host().open();
});
afterEach(() => host.close());

const PARTS = 'runs/key/a/1/0/checkpoints/parts/';

it('sends again what S3 has lost, although nothing has changed since, when it is told', async () => {
  const checkpoints = { dir: 'checkpoints', everySeconds: 0, graceSeconds: 5, signal: null };
  const command = 'echo kept > checkpoints/a; : > saved; while [ ! -e go ]; do sleep 0.05; done';
  const attached = await host.start(command, { checkpoints });
  await until('the save', () => existsSync(host.path('code/saved')));
  attached.send({ t: 'checkpoint' });
  const first = await attached.next('checkpoint');
  const [part = ''] = host.store.keys(PARTS);
  rmSync(host.store.file(part));
  attached.send({ t: 'missing', parts: [part.slice(-64)] });
  // The agent hears this after that, and before the training ends.
  attached.send({ t: 'renew', leaseSeconds: 1e9, leaseUntil: 1 });
  await until('the renewal', () => Number(readFileSync(host.path('state/lease'), 'utf8').split('\n')[0]) > 2e9);
  writeFileSync(host.path('code/go'), '');
  const { final } = await attached.next('final');
  expect(final.problems).toEqual([]);
  expect(final.checkpoint?.key).not.toBe(first.key);
  expect(host.store.keys(PARTS)).toEqual([part]);
});
