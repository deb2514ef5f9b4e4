import { endProcess, isAlive, isOurs } from '../../../../local/stack/machine/processes';
import { home, node, STAY } from '../support/node-part';

test('TERM ends a part; one that ignores it is killed', async () => {
  const polite = await node(`console.log('{"ready":true}'); ${STAY}`);
  await polite.ready(60);
  const left = new Promise((resolve) => polite.child.once('exit', (_code, signal) => resolve(signal)));
  await endProcess(polite.pid);
  expect(await left).toBe('SIGTERM');
  expect(isAlive(polite.pid)).toBe(false);

  const stubborn = await node(`process.on('SIGTERM', () => {}); console.log('{"ready":true}'); ${STAY}`);
  await stubborn.ready(60);
  const ended = new Promise((resolve) => stubborn.child.once('exit', (_code, signal) => resolve(signal)));
  await endProcess(stubborn.pid, 0.3);
  expect(await ended).toBe('SIGKILL');
});

test('a process is ours by its command line, not by its number', async () => {
  const part = await node(`console.log('{"ready":true}'); ${STAY}`);
  await part.ready(60);
  expect(await isOurs(part.pid, home)).toBe(true);
  expect(await isOurs(part.pid, 'somebody-else')).toBe(false);
});
