import { startPart } from '../../../../local/stack/parts/start-part';
import { home, node, STAY } from '../support/node-part';

test('the ready line is what the part prints as JSON', async () => {
  const part = await node(`console.log('starting'); console.log(JSON.stringify({ url: 'http://x' })); ${STAY}`);
  expect(await part.ready(20)).toEqual({ url: 'http://x' });
});

test('a part that ends before it is ready is reported with the end of its log', async () => {
  const part = await node(`console.error('port is taken'); process.exit(3)`);
  await expect(part.ready(20)).rejects.toThrow(/thing ended before it was ready[\s\S]*port is taken/);
});

test('a program that is not there is a plain error', async () => {
  const options = { name: 'thing', home, command: '/nonexistent/x', args: [], env: {}, detach: false };
  await expect(startPart(options)).rejects.toThrow(/thing could not be started: .*ENOENT/);
});
