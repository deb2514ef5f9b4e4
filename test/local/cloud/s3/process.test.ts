import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { compileServer, type Memory, type ServerProcess, startServer } from './server-process';
import { signHeaders } from './target';

const MIB = 1024 * 1024;
const credentials = { accessKeyId: 'AKIALOCALCLOUD000001', secretAccessKey: 'secret' };
const region = 'us-east-1';
const Bucket = 'trainctl-test-process';

let main: string;
let remove: () => Promise<void>;
let dir: string;
let server: ServerProcess;
let client: S3Client;

async function start(): Promise<void> {
  server = await startServer(main, { dir, region, credentials });
  client?.destroy();
  client = new S3Client({ endpoint: server.endpoint, region, credentials, forcePathStyle: true, maxAttempts: 1 });
}

beforeAll(async () => {
  ({ main, remove } = await compileServer());
  dir = await mkdtemp(join(tmpdir(), 'trainctl-s3-process-'));
  await start();
  await client.send(new CreateBucketCommand({ Bucket }));
});
afterAll(async () => {
  client?.destroy();
  await server?.kill('SIGTERM');
  await remove?.();
  if (dir) await rm(dir, { recursive: true, force: true });
});

const block = randomBytes(MIB);

/** What the server held at moments of the transfers: with what it had not yet let go of. */
let held: Memory[] = [];
const LOOK_EVERY = 16;

/** So many MiB. The server is asked for its memory on the way. */
async function* blocks(count: number): AsyncGenerator<Buffer> {
  for (let i = 0; i < count; i++) {
    if (i % LOOK_EVERY === LOOK_EVERY - 1) held.push(await server.memory());
    yield block;
  }
}

/** Sends a long body from a generator; resolves with the status. */
function send(
  path: string,
  method: string,
  headers: http.OutgoingHttpHeaders,
  pieces: AsyncIterable<Buffer>,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const url = new URL(server.endpoint);
    const req = http.request({ host: url.hostname, port: url.port, path, method, headers, agent: false }, (res) => {
      res.resume();
      res.on('end', () => resolve(res.statusCode ?? 0));
    });
    req.on('error', reject);
    Readable.from(pieces).pipe(req);
  });
}

const signedPut = (key: string, length: number, pieces: AsyncIterable<Buffer>): Promise<number> => {
  const path = `/${Bucket}/${key}`;
  const host = new URL(server.endpoint).host;
  const request = { method: 'PUT', path, headers: {}, payload: 'UNSIGNED-PAYLOAD' };
  const { headers } = signHeaders({ host, region, credentials }, request);
  return send(path, 'PUT', { ...headers, 'content-length': length }, pieces);
};

/** The ways of bytes in and out of the server; each with `count` MiB. */
const transfers: Record<string, (count: number) => Promise<void>> = {
  PUT: async (count) => expect(await signedPut('put', count * MIB, blocks(count))).toBe(200),
  form: async (count) => {
    const { fields } = await createPresignedPost(client, { Bucket, Key: 'form' });
    const head = Object.entries(fields)
      .map(([name, value]) => `--b0\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`)
      .join('');
    const start = Buffer.from(`${head}--b0\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n`);
    const end = Buffer.from('\r\n--b0--\r\n');
    const headers = {
      'content-type': 'multipart/form-data; boundary=b0',
      'content-length': start.length + count * MIB + end.length,
    };
    async function* body(): AsyncGenerator<Buffer> {
      yield start;
      yield* blocks(count);
      yield end;
    }
    expect(await send(`/${Bucket}`, 'POST', headers, body())).toBe(204);
  },
  parts: async (count) => {
    await new Upload({ client, params: { Bucket, Key: 'parts', Body: Readable.from(blocks(count)) } }).done();
  },
  'GET of a PUT': (count) => readBack('put', count),
  'GET of a form': (count) => readBack('form', count),
  'GET of parts': (count) => readBack('parts', count),
};

async function readBack(Key: string, count: number): Promise<void> {
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
  let [offset, same] = [0, true];
  for await (const chunk of Body as Readable) {
    for (let at = 0; at < chunk.length; ) {
      const from = (offset + at) % MIB;
      const length = Math.min(chunk.length - at, MIB - from);
      same &&= block.compare(chunk, at, at + length, from, from + length) === 0;
      at += length;
    }
    const looks = Math.floor(offset / (LOOK_EVERY * MIB));
    offset += chunk.length;
    if (Math.floor(offset / (LOOK_EVERY * MIB)) > looks) held.push(await server.memory());
  }
  expect([offset, same]).toEqual([count * MIB, true]);
}

/** Highest values of what the server held while `count` MiB went each way. */
async function round(count: number): Promise<Pick<Memory, 'live' | 'rss'>> {
  held = [];
  for (const transfer of Object.values(transfers)) await transfer(count);
  return { live: Math.max(...held.map(({ live }) => live)), rss: Math.max(...held.map(({ rss }) => rss)) };
}

test('by PUT, by form, by parts, and back: the server holds no more of a large object than of a small one', async () => {
  const first = await round(32);
  const later = await round(192);
  const inMiB = ({ live, rss }: typeof first): string => `${(live / MIB).toFixed(0)} of ${(rss / MIB).toFixed(0)} MiB`;
  process.stdout.write(`in use by the server: ${inMiB(first)} at first, ${inMiB(later)} later\n`);
  // It needs about 75 MiB: 45 are node itself, 7 its code and objects, the rest buffers on their way between socket and
  // disk, whose number hangs on how far the one is ahead of the other, but not on the length of what they are pieces of.
  expect(later.live - first.live).toBeLessThan(32 * MIB);
  expect(later.rss - first.rss).toBeLessThan(32 * MIB);
}, 120_000);

test('killed in the middle of an upload: nothing partial is there, nothing is left on disk, the rest is whole', async () => {
  await client.send(new PutObjectCommand({ Bucket, Key: 'whole', Body: 'before', Metadata: { a: '1' } }));
  const dataFiles = async (): Promise<number> =>
    (await readdir(join(dir, 'data'), { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())
      .length;
  const settled = await dataFiles();
  let kill: Promise<void> | undefined;
  async function* dying(): AsyncGenerator<Buffer> {
    for (let i = 0; i < 40; i++) {
      if (i === 20) kill = server.kill('SIGKILL');
      yield block;
    }
  }
  await expect(signedPut('partial', 64 * MIB, dying())).rejects.toThrow();
  await kill;
  expect(await dataFiles()).toBe(settled + 1);
  await start();
  expect(await dataFiles()).toBe(settled);
  await expect(client.send(new GetObjectCommand({ Bucket, Key: 'partial' }))).rejects.toMatchObject({
    name: 'NoSuchKey',
  });
  const whole = await client.send(new GetObjectCommand({ Bucket, Key: 'whole' }));
  expect(await whole.Body?.transformToString()).toBe('before');
  expect(whole.Metadata).toEqual({ a: '1' });
});
