import { readFileSync } from 'node:fs';
import path from 'node:path';
import { CreateBucketCommand, DeleteBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { createClient } from '../../../client';
import type { RunResult, RunStatus } from '../../../contract';
import { lastJson, trainctl } from '../../support/cli';
import { launchedFor, local, s3 } from '../../support/cloud';
import { gate } from '../../support/gate';
import { project } from '../../support/project';
import { stackState } from '../../support/stack';

jest.setTimeout(300_000);

const spec = (more: object): Promise<string> =>
  project({ 'trainctl.yaml': JSON.stringify({ code: { none: true }, ...more }) });

test('places that are not there are faults of the spec: at the command line, and for whoever starts a run elsewhere', async () => {
  const places = {
    command: 'true',
    inputs: [{ from: 's3://no-such-bucket-here/a', to: 'a' }],
    outputs: [{ from: 'out/', to: 's3://no-such-bucket-there/x/' }],
  };
  const dir = await spec(places);
  for (const args of [['run'], ['run', '--dry-run']]) {
    const { code, stderr } = await trainctl(args, { cwd: dir });
    expect(code).toBe(2);
    expect(stderr).toContain('inputs[0].from: s3://no-such-bucket-here/a: there is no such bucket');
    expect(stderr).toContain('outputs[0].to: s3://no-such-bucket-there/x/: there is no such bucket');
  }
  const client = await createClient({ env: process.env });
  try {
    const handle = await client.start({ ...places, code: { none: true } });
    const result = await handle.result();
    expect(result).toMatchObject({ outcome: 'invalid', attemptCount: 0 });
    expect(result.reason).toContain('outputs[0].to: s3://no-such-bucket-there/x/: there is no such bucket');
    expect(await launchedFor(handle.run)).toBe(0);
  } finally {
    await client.close();
  }
});

test('an output whose bucket goes while the run is on its way is in the run’s own folder instead', async () => {
  const held = gate();
  const client = s3();
  const Bucket = `results-${Date.now()}`;
  await client.send(new CreateBucketCommand({ Bucket }));
  const dir = await spec({
    command: `mkdir out; echo r > out/r; ${held.waits}`,
    outputs: [{ from: 'out/', to: `s3://${Bucket}/x/` }],
  });
  const { run } = lastJson<{ run: string }>(await trainctl(['run', '--detach', '--json'], { cwd: dir }));
  const status = async (): Promise<RunStatus> => lastJson<RunStatus>(await trainctl(['status', run, '--json']));
  while ((await status()).phase !== 'training');
  await client.send(new DeleteBucketCommand({ Bucket }));
  client.destroy();
  held.open();
  expect((await trainctl(['status', run, '--wait'])).code).toBe(0);
  const ended = await status();
  expect(ended.outcome).toBe('succeeded');
  expect(ended.outputs).toMatchObject([{ from: 'out', files: 1, to: expect.stringContaining('/a/1/0/outputs/') }]);
  expect(ended.warnings?.map(({ message }) => message).join()).toMatch(
    /output out: its destination did not take it \(404 NoSuchBucket/,
  );
  const got = await trainctl(['outputs', 'get', run, '--to', 'got'], { cwd: dir });
  expect(got.code).toBe(0);
  expect(got.stdout).toContain('got/out/r');
});

/** S3 refuses requests of that method for that key until the answer is called. */
async function refused(
  method: string,
  keyPattern: string,
  status: number,
  code: string,
): Promise<() => Promise<unknown>> {
  const { id } = await local<{ id: string }>('POST', 'faults', {
    kind: 's3-error',
    method,
    keyPattern,
    status,
    code,
    times: 0,
  });
  return () => local('DELETE', `faults/${id}`);
}

test('a destination that may not be written is a fault before anything is launched', async () => {
  const { bucket } = stackState().cloud;
  const allow = await refused('POST', '^denied/', 403, 'AccessDenied');
  try {
    const dir = await spec({ command: 'true', outputs: [{ from: 'out/', to: `s3://${bucket}/denied/` }] });
    const ended = await trainctl(['run', '--json'], { cwd: dir });
    expect(ended.code).toBe(2);
    const result = lastJson<RunResult>(ended);
    expect(result).toMatchObject({ outcome: 'invalid', attemptCount: 0 });
    expect(result.reason).toContain(`outputs[0].to: s3://${bucket}/denied/: S3 denies access to it`);
  } finally {
    await allow();
  }
});

test('an input that S3 refuses the host ends the run at once, and is no fault of the host', async () => {
  const { bucket } = stackState().cloud;
  const client = s3();
  await client.send(new PutObjectCommand({ Bucket: bucket, Key: 'refused/in.csv', Body: '1,2' }));
  client.destroy();
  const allow = await refused('GET', '^refused/in\\.csv', 403, 'AccessDenied');
  try {
    const dir = await spec({ command: 'true', inputs: [{ from: `s3://${bucket}/refused/in.csv`, to: 'in.csv' }] });
    const ended = await trainctl(['run', '--json'], { cwd: dir });
    const result = lastJson<RunResult>(ended);
    expect(result).toMatchObject({ outcome: 'failed', attemptCount: 1, interruptions: 0 });
    expect(result.reason).toMatch(/fetching inputs failed: download of .*refused\/in\.csv: 403 AccessDenied/);
    expect(await launchedFor(result.run)).toBe(1);
  } finally {
    await allow();
  }
});

test('what only an interrupted attempt has left is fetched with the rest', async () => {
  const dir = await spec({
    command: `if [ $TRAINCTL_ATTEMPT = 1 ]; then echo 1 > first.txt; echo old > both.txt; echo written; sleep 600; fi; echo new > both.txt`,
    resources: { market: 'spot' },
    checkpoints: { grace: '1s' },
  });
  const { run } = lastJson<{ run: string }>(await trainctl(['run', '--detach', '--json'], { cwd: dir }));
  const status = async (): Promise<RunStatus> => lastJson<RunStatus>(await trainctl(['status', run, '--json']));
  while (!(await trainctl(['logs', run])).stdout.includes('written'));
  const { attempts } = await status();
  await local('POST', `instances/${attempts[0]?.instanceId}/interrupt`, { action: 'terminate', noticeSeconds: 120 });
  expect((await trainctl(['status', run, '--wait'])).code).toBe(0);
  const got = await trainctl(['outputs', 'get', run, '--to', 'got'], { cwd: dir });
  expect(got.code).toBe(0);
  expect(got.stdout).toMatch(/got\/first\.txt {2}2 B {2}\(attempt 1\)/);
  expect(readFileSync(path.join(dir, 'got/both.txt'), 'utf8')).toBe('new\n');
});

test('a run whose output nobody takes has failed, and says why', async () => {
  const allow = await refused('POST', 'outputs/only-here\\.bin$', 403, 'AccessDenied');
  try {
    const dir = await spec({ command: 'echo r > only-here.bin' });
    const ended = await trainctl(['run', '--json'], { cwd: dir });
    const result = lastJson<RunResult>(ended);
    expect(ended.code).toBe(10);
    expect(result).toMatchObject({ outcome: 'failed', attemptCount: 1 });
    expect(result.reason).toMatch(
      /exited 0, but not all of its outputs could be kept: 1 of 1 files.*only-here\.bin: 403 AccessDenied/,
    );
  } finally {
    await allow();
  }
});
