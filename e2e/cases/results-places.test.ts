import { CreateBucketCommand, DeleteBucketCommand } from '@aws-sdk/client-s3';
import { createClient } from '../../client';
import type { RunResult, RunStatus } from '../../contract';
import { lastJson, trainctl } from '../support/cli';
import { launchedFor, local, s3 } from '../support/cloud';
import { gate } from '../support/gate';
import { project } from '../support/project';

jest.setTimeout(180_000);

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
    /output out: its destination refused it \(404 NoSuchBucket/,
  );
  const got = await trainctl(['outputs', 'get', run, '--to', 'got'], { cwd: dir });
  expect(got.code).toBe(0);
  expect(got.stdout).toContain('got/out/r');
});

test('a run whose output nobody takes has failed, and says why', async () => {
  const { id } = await local<{ id: string }>('POST', 'faults', {
    kind: 's3-error',
    method: 'POST',
    keyPattern: 'outputs/only-here\\.bin$',
    status: 403,
    code: 'AccessDenied',
    times: 0,
  });
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
    await local('DELETE', `faults/${id}`);
  }
});
