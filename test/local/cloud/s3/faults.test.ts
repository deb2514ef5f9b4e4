import http from 'node:http';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import type { S3Fault } from '../../../../local/cloud/s3';
import { onlyLocal, openTarget, sha256, signHeaders, type Target } from './target';

let target: Target;
let bucket: string;
const armed: { method: string; fault: S3Fault }[] = [];
const asked: string[] = [];
beforeAll(async () => {
  target = await openTarget({
    faults: {
      next(method, key) {
        asked.push(`${method} ${key}`);
        const index = armed.findIndex((entry) => entry.method === method);
        return index < 0 ? undefined : armed.splice(index, 1)[0]?.fault;
      },
    },
  });
  bucket = await target.bucket();
});
afterAll(() => target.close());

const path = () => `/${bucket}/dir/key`;
const put = (body: string | Buffer) => target.raw({ method: 'PUT', path: path(), body });

onlyLocal('faults', () => {
  test('s3-error: that answer, without effect; the SDK goes on after it', async () => {
    armed.push({ method: 'PUT', fault: { kind: 's3-error', status: 503, code: 'SlowDown' } });
    const answer = await put('x');
    expect(answer).toMatchObject({ status: 503, code: 'SlowDown' });
    expect(answer.text).toContain('<Message>Please reduce your request rate.</Message>');
    expect(asked.at(-1)).toBe('PUT dir/key');
    expect((await target.raw({ path: path() })).status).toBe(404);
    armed.push({ method: 'PUT', fault: { kind: 's3-error', status: 500, code: 'InternalError' } });
    const sent = await target.client().send(new PutObjectCommand({ Bucket: bucket, Key: 'dir/key', Body: 'x' }));
    expect(sent.$metadata.attempts).toBe(2);
  });

  test('s3-slow: bytes go that slowly, both ways', async () => {
    const timed = async (method: string, step: () => Promise<unknown>): Promise<number> => {
      armed.push({ method, fault: { kind: 's3-slow', bytesPerSecond: 200_000 } });
      const started = performance.now();
      await step();
      return performance.now() - started;
    };
    const up = await timed('PUT', () => put(Buffer.alloc(60_000)));
    const down = await timed('GET', () => target.raw({ path: path() }));
    for (const ms of [up, down]) expect(ms).toBeGreaterThan(250);
  });

  test('a form’s fault is found by the key among its fields', async () => {
    const s3 = target.client();
    const form = await createPresignedPost(s3, { Bucket: bucket, Key: 'dir/form', Expires: 60 });
    armed.push({ method: 'POST', fault: { kind: 's3-error', status: 503, code: 'SlowDown' } });
    const send = async (): Promise<number> => {
      const body = new FormData();
      for (const [name, value] of Object.entries(form.fields)) body.append(name, value);
      body.append('file', 'x');
      return (await fetch(form.url, { method: 'POST', body })).status;
    };
    expect(await send()).toBe(503);
    expect(asked.at(-1)).toBe('POST dir/form');
    expect(await send()).toBe(204);
  });

  test('s3-cut: an upload is cut and leaves nothing, a download ends early', async () => {
    await put('before');
    armed.push({ method: 'PUT', fault: { kind: 's3-cut', afterBytes: 1000 } });
    await expect(put(Buffer.alloc(100_000))).rejects.toThrow();
    expect((await target.raw({ path: path() })).text).toBe('before');
    await put(Buffer.alloc(1_000_000));
    armed.push({ method: 'GET', fault: { kind: 's3-cut', afterBytes: 300_000 } });
    const { Body } = await target.client().send(new GetObjectCommand({ Bucket: bucket, Key: 'dir/key' }));
    let bytes = 0;
    await expect(
      (async () => {
        for await (const chunk of Body as AsyncIterable<Buffer>) bytes += chunk.length;
      })(),
    ).rejects.toThrow();
    expect(bytes).toBeLessThanOrEqual(300_000);
  });

  test('a body that stands still: RequestTimeout, and nothing is stored', async () => {
    // Elsewhere nothing may seem to stand still only because the machine is busy.
    const hasty = await openTarget({ stallMs: 300 });
    const key = `/${await hasty.bucket()}/stalled`;
    const { headers } = signHeaders(hasty, { method: 'PUT', path: key, headers: {}, payload: sha256('x'.repeat(10)) });
    const text = await new Promise<string>((resolve, reject) => {
      const req = http.request(
        `${hasty.endpoint}${key}`,
        { method: 'PUT', headers: { ...headers, 'content-length': 10 }, agent: false },
        (res) => {
          let all = '';
          res.on('data', (piece) => {
            all += piece;
          });
          res.on('end', () => resolve(`${res.statusCode} ${all}`));
        },
      );
      req.on('error', reject);
      req.write('xxxxx');
    });
    expect(text).toMatch(/^400 [\s\S]*RequestTimeout/);
    expect((await hasty.raw({ path: key })).status).toBe(404);
    await hasty.close();
  });

  test('a large body that is refused early is answered all the same', async () => {
    const answer = await target.raw({
      method: 'PUT',
      path: '/trainctl-test-nobody/key',
      body: Buffer.alloc(8_000_000),
    });
    expect(answer).toMatchObject({ status: 404, code: 'NoSuchBucket' });
  });
});
