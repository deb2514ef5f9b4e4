import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createPostWebhook, textOf } from '../../../activities/notify/post-webhook';
import type { WebhookMessage } from '../../../contract';
import { failureOf } from '../support/deps';

const MESSAGE: WebhookMessage = {
  event: 'ended',
  run: 'digits-7k2f',
  runKey: '0123456789abcdef',
  outcome: 'failed',
  reason: 'exited 3\nValueError: banana',
  costUsd: 0.0034,
  attemptCount: 2,
  interruptions: 1,
  seconds: 41,
  leftovers: 0,
  at: '2026-11-23T04:00:00.000Z',
};

let server: Server;
let answer = 200;
const heard: { method: string | undefined; type: string | undefined; body: unknown }[] = [];
beforeAll(async () => {
  server = createServer((request: IncomingMessage, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      heard.push({ method: request.method, type: request.headers['content-type'], body: JSON.parse(body) });
      response.writeHead(answer, answer === 302 ? { location: '/elsewhere' } : {}).end('ok');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  heard.length = 0;
  answer = 200;
});

const SECRET = 'T0SECRET';
const webhook = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}/services/${SECRET}`;
const post = (url?: string) => createPostWebhook({ settings: url === undefined ? {} : { webhook: url } })(MESSAGE);

test('posts JSON with a text that Slack shows, and every fact beside it', async () => {
  expect(await post(webhook())).toEqual({ sent: true });
  const text = '*digits-7k2f* failed: exited 3 · 2 attempts · $0.0034 · `trainctl status digits-7k2f`';
  expect(heard).toEqual([{ method: 'POST', type: 'application/json', body: { text, ...MESSAGE } }]);
});

test('without a webhook in the settings nothing is sent', async () => {
  expect(await post()).toEqual({ sent: false });
  expect(heard).toEqual([]);
});

test.each([
  [500, false],
  [429, false],
  [404, true],
  [302, true],
])('an answer of %i: final is %s, and the address stays a secret', async (status, final) => {
  answer = status;
  const failure = await failureOf(post(webhook()));
  expect([failure.message, failure.nonRetryable ?? false]).toEqual([`the webhook answered ${status}`, final]);
  expect(heard).toHaveLength(1);
});

test('nobody listens: worth another try, and the address stays a secret', async () => {
  const failure = await failureOf(post(`http://127.0.0.1:1/${SECRET}`));
  expect(failure.message).toMatch(/^the webhook did not answer \((ECONNREFUSED|no connection)\)$/);
  expect(failure.nonRetryable ?? false).toBe(false);
  expect(failure.cause).toBeUndefined();
});

test('what comes from elsewhere is neither a mention nor a link', () => {
  const message: WebhookMessage = { ...MESSAGE, reason: '<!channel> & <http://evil|click>' };
  expect(textOf(message)).toContain('&lt;!channel&gt; &amp; &lt;http://evil|click&gt;');
  const common = { run: 'r', at: MESSAGE.at };
  expect(textOf({ ...common, event: 'interrupted', attempt: 1, instanceId: 'i-1', reason: 'spot' })).toContain(
    'attempt 1 interrupted: spot',
  );
  expect(textOf({ ...common, event: 'alert', attempt: 1, alert: 'nan', message: 'loss became NaN' })).toContain(
    'attempt 1: loss became NaN',
  );
  expect(textOf({ ...common, event: 'cleanup-pending', attempt: 1, left: 'i-1 (running)' })).toContain('costs money');
});

test('nor is the id of the run', () => {
  const text = textOf({ ...MESSAGE, run: '<!channel>`\nx' });
  expect(text).toContain('*&lt;!channel&gt;`\\u{a}x* failed');
  expect(text).toContain(" · trainctl status '&lt;!channel&gt;`\\u{a}x'");
  expect(text).not.toContain('\n');
  expect(textOf(MESSAGE)).toContain(' · `trainctl status digits-7k2f`');
});
