import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import type { Live } from '../../contract';
import { parseSegment } from '../../contract';
import { Host, until } from './support/host';

jest.setTimeout(120_000);

let host: Host;
beforeEach(async () => {
  host = await new Host().open();
});
afterEach(() => host.close());

const sha = (data: Buffer): string => createHash('sha256').update(data).digest('hex');
const LOG = 'runs/key/a/1/0/log/';

describe('the log', () => {
  it('of 50 MB of binary junk without a last newline is joined byte by byte', async () => {
    host.write(
      'junk.py',
      `import hashlib, os, sys
digest, out, err = hashlib.sha256(), 0, 0
for i in range(800):
    piece = os.urandom(65537)
    digest.update(piece)
    os.write(1, piece)
open('digest', 'w').write(digest.hexdigest())
sys.stdout.write('no newline at the end'); sys.stdout.flush()
`,
    );
    const { final } = await (await host.start('python3 junk.py')).next('final', 100);
    const joined = host.joined();
    expect(final).toMatchObject({ code: 0, logBytes: 800 * 65537 + 21, logUploaded: joined.length, problems: [] });
    expect(sha(joined.subarray(0, -21))).toBe(readFileSync(host.path('code/digest'), 'utf8'));
    expect(sha(joined)).toBe(sha(readFileSync(host.path('log'))));
    const segments = host.store.keys(LOG).map((key) => parseSegment(key.slice(LOG.length)));
    expect(segments.every((one) => one && one.end - one.from <= 17 * 1024 * 1024)).toBe(true);
  });

  it('of a process killed in the middle of a line is whole', async () => {
    host.write(
      'train.py',
      `import os\nos.write(1, b'x' * 100000)\nos.write(2, b'half a li')\nos.kill(os.getpid(), 9)\n`,
    );
    const { final } = await (await host.start(['python3', 'train.py'])).next('final');
    expect(final).toMatchObject({ signal: 'SIGKILL', logBytes: 100009, logUploaded: 100009, tail: 'half a li' });
    expect(host.joined().equals(readFileSync(host.path('log')))).toBe(true);
  });

  it('goes up while it grows, with less than two seconds of it in a segment', async () => {
    host.write(
      'train.py',
      `import os, time
i = 0
while not os.path.exists('seen'):
    print(i, time.time(), flush=True); time.sleep(0.05); i += 1
`,
    );
    const attached = await host.start('python3 train.py');
    const short = (key: string): boolean => {
      const text = host.store.read(key).toString();
      const times = [...text.matchAll(/^\d+ (\d+\.\d+)$/gm)].map(([, time]) => Number(time));
      const span = (times.at(-1) ?? 0) - (times[0] ?? 0);
      return span > 0 && span < 2;
    };
    // As the script goes on, which does so until then; a busy machine may keep the agent from a turn now and then.
    await until('three such segments in a row', () => {
      const found = host.store.keys(LOG).map(short);
      return found.some((_, at) => found.slice(at, at + 3).filter(Boolean).length === 3);
    });
    host.write('seen', '');
    await attached.next('final');
    expect(host.joined().equals(readFileSync(host.path('log')))).toBe(true);
  });

  it('is compacted: a reader needs few requests for what came in many', async () => {
    host.write(
      'train.py',
      `import os, sys, time
for i in range(20):
    sys.stdout.write('x' * (1 << 20)); sys.stdout.flush()
    while i % 3 == 0 and not os.path.exists('sent-%d' % i): time.sleep(0.02)
`,
    );
    const attached = await host.start('python3 train.py');
    for (let i = 0; i < 20; i += 3) {
      const end = (i + 1) << 20;
      await until(`${end} bytes in S3`, () => host.store.keys(LOG).some((key) => Number(key.slice(-16)) === end));
      host.write(`sent-${i}`, '');
    }
    await attached.next('final');
    const names = host.store.keys(LOG).map((key) => key.slice(LOG.length));
    expect(names.length).toBeGreaterThan(6);
    const spans = names.map((name) => Number(name.slice(17)) - Number(name.slice(0, 16)));
    expect(Math.max(...spans)).toBeGreaterThanOrEqual(8 << 20);
    expect(host.joined().length).toBe(20 << 20);
  });

  it('does not wait for a process that keeps the pipes but is out of reach', async () => {
    const { final } = await (await host.start('sleep 600 & disown; echo started')).next('final');
    expect(final).toMatchObject({ code: 0, logBytes: 8, logUploaded: 8 });
  });

  it('survives an S3 that fails for a while, and says so when it fails for good', async () => {
    host.store.faults.push({ method: 'POST', key: /\/log\//, times: 3, status: 503, code: 'SlowDown' });
    const { final } = await (await host.start('echo hello')).next('final');
    expect(final).toMatchObject({ problems: [], logUploaded: 6 });
  });

  it('lists what could not be uploaded', async () => {
    host.store.faults.push({ method: 'POST', key: /./, times: 1000, status: 403, code: 'AccessDenied', message: 'no' });
    const { final } = await (await host.start('echo hello; echo x > outputs/a; echo y > checkpoints/b', {})).next(
      'final',
    );
    expect(final).toMatchObject({
      code: 0,
      logUploaded: 0,
      checkpoint: null,
      outputs: [{ index: 0, files: 0, bytes: 0 }],
    });
    const text = final.problems.join('\n');
    for (const part of ['log: the bytes from 0 to 6', 'last checkpoint', 'output outputs: 1 of 1', 'AccessDenied']) {
      expect(text).toContain(part);
    }
  });

  it('goes on with a grant that is renewed after the first one has expired', async () => {
    host.store.faults.push({
      method: 'POST',
      key: /./,
      times: 6,
      status: 403,
      code: 'AccessDenied',
      message: 'Invalid according to Policy: Policy expired.',
    });
    const grants = { ...host.store.grants(), node: host.store.grant('runs/key/a/1/0/', 1) };
    const attached = await host.start('echo hello; sleep 1', { grants });
    await attached.next('exit');
    host.store.faults.length = 0;
    attached.send({ t: 'renew', leaseSeconds: 600, leaseUntil: 1, grants: host.store.grants() });
    expect((await attached.next('final')).final).toMatchObject({ problems: [], logUploaded: 6 });
  });
});

describe('metrics and live.json', () => {
  it('hold the last values, and the metrics file joined from its segments', async () => {
    host.write(
      'train.py',
      `import json, os, time
f = open(os.environ['TRAINCTL_METRICS'], 'a')
f.write('no json\\n[1]\\n{"step": 1, "loss": 0.5, "lr": 0.1, "name": "x", "ok": true, "bad": NaN}\\n'); f.flush()
while not os.path.exists('go'): time.sleep(0.05)
f.write('{"step": 2, "loss": 0.25}'); f.flush()
`,
    );
    const attached = await host.start('python3 train.py');
    const live = () =>
      existsSync(host.store.file('runs/key/a/1/0/live.json'))
        ? host.store.json<Live>('runs/key/a/1/0/live.json')
        : undefined;
    await until('live.json', () => live()?.step === 1);
    host.write('go', '');
    const { final } = await attached.next('final');
    expect(final).toMatchObject({ step: 2, metrics: { loss: 0.25, lr: 0.1 } });
    expect(final.metrics).toEqual({ loss: 0.25, lr: 0.1, bad: 'NaN' });
    expect(final.unreadable).toMatchObject({ lines: 2, firstLine: 1 });
    expect(final.alerts?.map(({ message }) => message)).toEqual([
      'bad became NaN at step 1',
      expect.stringContaining('line 1 of the metrics cannot be read: it is not JSON'),
    ]);
    expect(live()).toMatchObject({ phase: 'final', attempt: 1, node: 0, step: 2, exit: { code: 0, signal: null } });
    expect(host.joined('metrics').equals(readFileSync(host.path('metrics')))).toBe(true);
  });
});
