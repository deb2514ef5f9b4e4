import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { RestoreResult, WriteGrant } from '../../contract';
import { createS3 } from '../../local/cloud/s3';
import { agentFile } from '../support/agent-file';
import { Host, PYTHON } from './support/host';
import { tar } from './support/tar';

jest.setTimeout(180_000);

const credentials = { accessKeyId: 'AKIALOCAL0000000TEST', secretAccessKey: 'secret/key' };
const Bucket = 'bucket';
let host: Host;
let server: Server;
let client: S3Client;

beforeEach(async () => {
  host = await new Host().open();
  const s3 = createS3({ dir: path.join(host.home, 's3'), region: 'us-east-1', credentials });
  server = createServer((request, response) => void s3.handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  client = new S3Client({ endpoint, region: 'us-east-1', credentials, forcePathStyle: true });
  await client.send(new CreateBucketCommand({ Bucket }));
});
afterEach(async () => {
  await host.close();
  client.destroy();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** A real POST policy for everything below a prefix. */
async function grant(keyPrefix: string): Promise<WriteGrant> {
  const { url, fields } = await createPresignedPost(client, {
    Bucket,
    Key: `${keyPrefix}\${filename}`,
    Conditions: [['starts-with', '$key', keyPrefix]],
    Expires: 600,
  });
  const { key: _, ...rest } = fields;
  return { url, fields: rest, keyPrefix, expires: Date.now() / 1000 + 600 };
}

const url = (Key: string) => getSignedUrl(client, new GetObjectCommand({ Bucket, Key }), { expiresIn: 600 });
const peak = (pid: number): number =>
  Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;

describe('the agent and S3, by real signatures', () => {
  it('writes what its policy allows, and a 300 MB checkpoint goes up and comes back in flat memory', async () => {
    const megabytes = 300;
    const command = `head -c ${megabytes}M /dev/urandom > made; mv made checkpoints/model.bin; echo done; echo r > outputs/r
      while [ ! -e go ]; do sleep 0.05; done`;
    const grants = { node: await grant('p/runs/key/a/1/0/'), outputs: {} };
    const attached = await host.start(command, {
      grants,
      checkpoints: { dir: 'checkpoints', everySeconds: 1, graceSeconds: 5, signal: null },
    });
    await attached.next('hello');
    const daemon = host.daemon()?.pid ?? 0;
    const before = peak(daemon);
    const checkpoint = await attached.next('checkpoint', 90);
    const after = peak(daemon);
    host.write('go', '');
    const { final } = await attached.next('final', 60);
    expect(final).toMatchObject({ problems: [], outputs: [{ files: 1 }], logUploaded: 5 });
    expect(checkpoint.bytes).toBe(megabytes << 20);

    const list = await client.send(new ListObjectsV2Command({ Bucket, Prefix: 'p/runs/key/a/1/0/' }));
    const keys = (list.Contents ?? []).map((one) => one.Key ?? '');
    for (const name of ['live.json', 'outputs/r', 'outputs.json', 'log/0000000000000000-0000000000000005']) {
      expect(keys).toContain(`p/runs/key/a/1/0/${name}`);
    }
    const parts = keys.filter((key) => key.includes('/parts/'));
    expect(parts).toHaveLength(5);
    const partUrls = Object.fromEntries(await Promise.all(parts.map(async (key) => [key.slice(-64), await url(key)])));
    const candidate = { key: checkpoint.key, step: 1, attempt: 1, manifestUrl: await url(checkpoint.key), partUrls };
    const dir = 'trainctl/key/2/0';
    const doc = { dir, checkpointsDir: 'checkpoints', candidates: [candidate] };
    mkdirSync(path.join(host.home, 'tmp'), { recursive: true });
    const measured = `import resource, subprocess, sys
out = subprocess.run(sys.argv[1:], stdin=0, stdout=subprocess.PIPE, check=True).stdout
sys.stdout.buffer.write(out + b'\\n' + str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss).encode())`;
    const child = spawn(PYTHON, ['-c', measured, PYTHON, agentFile(), 'restore'], {
      env: { ...process.env, HOME: host.home },
    });
    let out = '';
    child.stdout.on('data', (data: Buffer) => {
      out += data.toString();
    });
    child.stdin.end(JSON.stringify(doc));
    await new Promise((resolve) => child.on('close', resolve));
    const lines = out.trim().split('\n');
    const restoreMb = Number(lines.pop()) / 1024;
    const answer = JSON.parse(lines.filter(Boolean).pop() ?? '{}') as { result: RestoreResult };
    expect(answer.result).toMatchObject({ step: 1, bytes: megabytes << 20, damaged: [] });
    const sha = (file: string) => execFileSync('sha256sum', [file], { encoding: 'utf8' }).slice(0, 64);
    expect(sha(path.join(host.home, dir, 'code/checkpoints/model.bin'))).toBe(
      sha(host.path('code/checkpoints/model.bin')),
    );
    process.stdout.write(
      `agent memory, ${megabytes} MB checkpoint: ${before.toFixed(0)} MB before, ${after.toFixed(0)} MB peak packing ` +
        `(${checkpoint.seconds} s), ${restoreMb.toFixed(0)} MB peak restoring\n`,
    );
    expect(after).toBeLessThan(150);
    expect(restoreMb).toBeLessThan(150);
  });

  it('cannot write outside of its prefix, and says so', async () => {
    const foreign = { ...(await grant('p/runs/key/a/1/0/')), keyPrefix: 'p/runs/other/' };
    const attached = await host.start('echo hi', { grants: { node: foreign, outputs: {} } });
    const { final } = await attached.next('final', 40);
    expect(final.logUploaded).toBe(0);
    expect(final.problems.join()).toContain('AccessDenied');
    const list = await client.send(new ListObjectsV2Command({ Bucket }));
    expect(list.KeyCount).toBe(0);
  });

  it('brings the snapshot and inputs by presigned URL', async () => {
    const plain = await tar([{ name: 'train.py', content: 'print(1)\n' }]);
    const sha256 = createHash('sha256').update(plain).digest('hex');
    await client.send(new PutObjectCommand({ Bucket, Key: 'code', Body: gzipSync(plain) }));
    await client.send(new PutObjectCommand({ Bucket, Key: 'in put/ü.bin', Body: Buffer.alloc(1 << 20, 7) }));
    const archive = { url: await url('code'), sha256, bytes: plain.length };
    expect(await host.ok('sync', { dir: host.dir, archive })).toEqual({ files: 1, bytes: 9 });
    const inputs = [{ to: 'data', files: [{ url: await url('in put/ü.bin'), path: 'ü.bin', bytes: 1 << 20 }] }];
    await host.ok('fetch', { dir: host.dir, inputs });
    expect(statSync(host.path('code/data/ü.bin')).size).toBe(1 << 20);
  });
});
