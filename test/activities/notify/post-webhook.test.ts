import dns from 'node:dns';
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

test('a suite that has failed is one line: scenario, step, reason and link', () => {
  const message: WebhookMessage = {
    event: 'suite-ended',
    run: 'trainctl-e2e-2026-11-27T03:00:00Z',
    outcome: 'failed',
    reason: 'code-sync failed at "modes": not as expected\nmore',
    scenario: 'code-sync',
    step: 'modes',
    link: 'http://ui/namespaces/default/workflows/x/y?a=1&b=2',
    costUsd: 0.2,
    seconds: 100,
    leftovers: 1,
    at: '2026-11-27T03:10:00.000Z',
  };
  expect(textOf(message)).toBe(
    'end-to-end suite *trainctl-e2e-2026-11-27T03:00:00Z* failed: code-sync failed at "modes": not as expected · $0.20 · 1 thing left over · http://ui/namespaces/default/workflows/x/y?a=1&amp;b=2',
  );
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

test.each([
  'http://169.254.169.254/latest/meta-data/',
  'http://2852039166/',
  'http://0xa9fea9fe/',
  'http://[::ffff:169.254.169.254]/',
  'http://[fe80::1]/',
  'http://[fd00:ec2::254]/',
  'http://[64:ff9b::169.254.169.254]/',
  'http://[2002:a9fe:a9fe::1]/',
  'http://[::169.254.169.254]/',
  'ftp://example.com/',
  'file:///etc/passwd',
])('nothing is posted to %s, and its address stays a secret', async (url) => {
  const failure = await failureOf(post(url));
  expect(failure).toMatchObject({ nonRetryable: true, message: expect.stringMatching(/^nothing is posted/) });
  expect(failure.message).not.toMatch(/169|fe80|meta-data|passwd/);
});

test('nor to a name that leads to such an address', async () => {
  const looked = jest.spyOn(dns, 'lookup').mockImplementation(((
    _: string,
    __: object,
    done: (...a: unknown[]) => void,
  ) =>
    done(null, [
      { address: '93.184.216.34', family: 4 },
      { address: '169.254.169.254', family: 4 },
    ])) as never);
  try {
    const failure = await failureOf(post('http://metadata.example.com/'));
    expect(failure).toMatchObject({ nonRetryable: true, message: expect.stringContaining('link-local') });
  } finally {
    looked.mockRestore();
  }
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
