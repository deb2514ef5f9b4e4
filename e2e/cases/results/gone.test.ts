import path from 'node:path';
import { DeleteObjectsCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { RunResult } from '../../../contract';
import { lastJson, trainctl } from '../../support/cli';
import { s3 } from '../../support/cloud';
import { project } from '../../support/project';
import { stackState } from '../../support/stack';

jest.setTimeout(300_000);

interface Got {
  files: { path: string }[];
  lost?: { place: string; path?: string; files: number; bytes?: number }[];
  failed?: { path: string; why: string }[];
}

/** A run that has ended, and its own node's key prefix. */
async function ended(command: string): Promise<{ run: string; node: string; dir: string }> {
  const dir = await project({ 'trainctl.yaml': JSON.stringify({ command, code: { none: true } }) });
  const { run } = lastJson<RunResult>(await trainctl(['run', '--json'], { cwd: dir }));
  const { runKey } = lastJson<{ runKey: string }>(await trainctl(['status', run, '--json']));
  return { run, dir, node: `runs/${runKey}/a/1/0/` };
}

async function remove(...keys: string[]): Promise<void> {
  const client = s3();
  const Objects = keys.map((Key) => ({ Key }));
  await client.send(new DeleteObjectsCommand({ Bucket: stackState().cloud.bucket, Delete: { Objects } }));
  client.destroy();
}

test('outputs that a run had left and that are gone are told from none', async () => {
  const { run, node, dir } = await ended('echo model > model.bin; echo log > log.txt');
  const get = async (to: string): Promise<{ code: number | null; got: Got; stderr: string }> => {
    const answer = await trainctl(['outputs', 'get', run, '--json', '--to', to], { cwd: dir });
    return { code: answer.code, got: lastJson<Got>(answer), stderr: answer.stderr };
  };
  expect(await get('all')).toMatchObject({ code: 0, got: { files: [{ path: 'log.txt' }, { path: 'model.bin' }] } });

  const client = s3();
  const Bucket = stackState().cloud.bucket;
  await client.send(new PutObjectCommand({ Bucket, Key: `${node}outputs/log.txt`, Body: 'lag\n' }));
  client.destroy();
  await remove(`${node}outputs/model.bin`);
  const some = await get('some');
  expect(some).toMatchObject({ code: 2, got: { files: [], lost: [{ path: 'model.bin', files: 1, bytes: 6 }] } });
  expect(some.got.failed).toEqual([{ path: 'log.txt', why: expect.stringContaining('something else was written') }]);
  const said = await trainctl(['outputs', 'get', run, '--to', path.join(dir, 'text')]);
  expect(said.stderr).toContain(`${run} left 1 output, 6 B, that is no longer there:`);
  expect(said.stderr).toContain(`trainctl rerun ${run}`);

  // Index and summary too: then the workflow knows how many there were.
  await remove(`${node}outputs/log.txt`, `${node}outputs.json`, `${node.split('/a/')[0]}/summary.json`);
  const none = await get('none');
  expect(none).toMatchObject({ code: 2, got: { files: [], lost: [{ files: 2, bytes: 10 }] } });
});

test('a run that left none says so, and a log that is gone is no empty one', async () => {
  const { run, node } = await ended('echo hello');
  const got = await trainctl(['outputs', 'get', run]);
  expect(got).toMatchObject({ code: 0, stderr: expect.stringContaining('left no outputs') });
  const log = await trainctl(['logs', run]);
  expect(log).toMatchObject({ code: 0, stdout: 'hello\n' });
  await remove(`${node}log/0000000000000000-0000000000000006`);
  const lost = await trainctl(['logs', run]);
  expect(lost).toMatchObject({ code: 2, stdout: '' });
  expect(lost.stderr).toContain('6 of the 6 bytes of its log are no longer in S3');
});
