import { createHash } from 'node:crypto';
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import type { RunResult, RunStatus } from '../../contract';
import { parseSegment } from '../../contract';
import { lastJson, spawnCli, trainctl } from '../support/cli';
import { s3 } from '../support/cloud';
import { project } from '../support/project';
import { stackState } from '../support/stack';

jest.setTimeout(240_000);

/** Writes seeded junk, every byte value and no newline at its end, and keeps its own hash of it. */
const NOISY = `
import hashlib, os, random, sys
size = int(sys.argv[1])
seen = hashlib.sha256()
random.seed(7)
left = size
while left:
    block = random.randbytes(min(left, 65536)) if hasattr(random, "randbytes") else os.urandom(min(left, 65536))
    os.write(1, block); seen.update(block); left -= len(block)
tail = b"last line, no newline"
os.write(1, tail); seen.update(tail)
os.makedirs("outputs", exist_ok=True)
open("outputs/sha256", "w").write(seen.hexdigest())
if "--die" in sys.argv:
    os.kill(os.getpid(), 9)
`;

/** Joined by the rule of docs/agent-protocol.md, without any of the product's code but the name of a segment. */
async function joinedHash(run: string): Promise<{ sha256: string; bytes: number; claimed: string | undefined }> {
  const { stdout } = await trainctl(['status', run, '--json']);
  const { runKey } = JSON.parse(stdout) as RunStatus;
  const client = s3();
  const Bucket = stackState().cloud.bucket;
  const prefix = `runs/${runKey}/a/1/0/`;
  const segments: { key: string; from: number; end: number }[] = [];
  for (let token: string | undefined; ; ) {
    const page = await client.send(
      new ListObjectsV2Command({ Bucket, Prefix: `${prefix}log/`, ContinuationToken: token }),
    );
    for (const { Key = '' } of page.Contents ?? []) {
      const range = parseSegment(Key.slice(`${prefix}log/`.length));
      if (range) segments.push({ key: Key, ...range });
    }
    token = page.NextContinuationToken;
    if (!token) break;
  }
  const hash = createHash('sha256');
  let at = 0;
  for (;;) {
    const next = segments.filter((s) => s.from <= at && s.end > at).sort((a, b) => b.end - a.end)[0];
    if (!next) break;
    const object = await client.send(
      new GetObjectCommand({ Bucket, Key: next.key, Range: `bytes=${at - next.from}-` }),
    );
    hash.update((await object.Body?.transformToByteArray()) ?? new Uint8Array());
    at = next.end;
  }
  const claimed = await client
    .send(new GetObjectCommand({ Bucket, Key: `${prefix}outputs/sha256` }))
    .then((object) => object.Body?.transformToString());
  client.destroy();
  return { sha256: hash.digest('hex'), bytes: at, claimed };
}

test('50 MB of binary junk without a last newline is joined from S3 byte for byte, and the CLI prints the same', async () => {
  const dir = await project({ 'noisy.py': NOISY });
  const size = 50_000_000;
  const done = await trainctl(['run', '--json', '--yes', '--', 'python3', 'noisy.py', String(size)], { cwd: dir });
  expect(done.code).toBe(0);
  const { run } = lastJson<RunResult>(done);
  const joined = await joinedHash(run);
  expect(joined.bytes).toBe(size + 'last line, no newline'.length);
  expect(joined.sha256).toBe(joined.claimed);
  const printed = await hashOfStdout(['logs', run]);
  expect(printed).toEqual({ sha256: joined.claimed, bytes: joined.bytes });
});

test('a process that is killed in mid-line loses no byte of its log', async () => {
  const dir = await project({ 'noisy.py': NOISY });
  const done = await trainctl(['run', '--json', '--yes', '--', 'python3', 'noisy.py', '3000000', '--die'], {
    cwd: dir,
  });
  expect(done.code).toBe(10);
  const { run } = lastJson<RunResult>(done);
  const joined = await joinedHash(run);
  expect(joined.sha256).toBe(joined.claimed);
});

function hashOfStdout(args: string[]): Promise<{ sha256: string; bytes: number }> {
  return new Promise((resolve, reject) => {
    const child = spawnCli(args);
    const hash = createHash('sha256');
    let bytes = 0;
    child.stdout?.on('data', (chunk: Buffer) => {
      hash.update(chunk);
      bytes += chunk.length;
    });
    child.stderr?.resume();
    child.once('error', reject);
    child.once('close', () => resolve({ sha256: hash.digest('hex'), bytes }));
  });
}
