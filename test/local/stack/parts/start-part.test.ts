import { statSync } from 'node:fs';
import path from 'node:path';
import { PortTakenError } from '../../../../local/stack/errors';
import { startPart } from '../../../../local/stack/parts/start-part';
import { home, node, STAY } from '../support/node-part';

test('the ready line is what the part prints as JSON', async () => {
  const part = await node(`console.log('starting'); console.log(JSON.stringify({ url: 'http://x' })); ${STAY}`);
  expect(await part.ready(60)).toEqual({ url: 'http://x' });
});

test('a part that ends before it is ready is reported with the end of its log', async () => {
  const part = await node(`console.error('port is taken'); process.exit(3)`);
  await expect(part.ready(60)).rejects.toThrow(/thing ended before it was ready[\s\S]*port is taken/);
});

test('a port that is taken is the reason, however much is said after it', async () => {
  const part = await node(
    `console.error('panic: listen tcp 127.0.0.1:7233: bind: address already in use' + '\\n\\tat server.go'.repeat(200)); process.exit(2)`,
  );
  const error = await part.ready(60).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(PortTakenError);
  expect(String(error)).toMatch(
    /^\S+ thing ended before it was ready .*\npanic: listen tcp .* address already in use$/,
  );
});

test('a program that is not there is a plain error', async () => {
  const options = { name: 'thing', home, command: '/nonexistent/x', args: [], env: {}, detach: false };
  await expect(startPart(options)).rejects.toThrow(/thing could not be started: .*ENOENT/);
});

test('the files of a part may be its owner’s alone, and this process goes on as before', async () => {
  const before = process.umask();
  const file = path.join(home, 'made-by-part');
  const program = `require('fs').writeFileSync(${JSON.stringify(file)}, ''); console.log('{"ready":true}')`;
  const options = { name: 'own', home, command: process.execPath, args: ['-e', program], env: {}, detach: false };
  await (await startPart({ ...options, ownFiles: true })).ready(60);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(process.umask()).toBe(before);
});
