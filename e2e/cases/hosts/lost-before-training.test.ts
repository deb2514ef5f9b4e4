import { StopInstancesCommand } from '@aws-sdk/client-ec2';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import type { RunStatus } from '../../../contract';
import { lastJson, trainctl } from '../../support/cli';
import { ec2, local, s3 } from '../../support/cloud';
import { gate } from '../../support/gate';
import { project } from '../../support/project';
import { stackState } from '../../support/stack';

jest.setTimeout(240_000);

/** How soon the attempt must be over: EC2 is asked every few seconds; with room for a busy machine. Milliseconds. */
const SOON = 60_000;

/** A set-up that takes long on the first attempt alone. */
const FIRST = '[ "$(basename "$(dirname "$(dirname "$PWD")")")" != 1 ] || sleep 600';

const spec = (name: string, more: string, market = 'spot'): Record<string, string> => ({
  'trainctl.yaml': `
name: ${name}
project: ${name}
command: 'echo trained'
resources: { market: ${market} }
retry: { failures: 0, interruptions: 2 }
${more}
`,
});

async function statusOf(run: string): Promise<RunStatus> {
  return JSON.parse((await trainctl(['status', run, '--json'])).stdout) as RunStatus;
}

const start = async (files: Record<string, string>): Promise<string> => {
  const dir = await project(files);
  return lastJson<{ run: string }>(await trainctl(['run', '--detach', '--json'], { cwd: dir })).run;
};

/** Waits until a stage of an attempt is under way; answers with its instance. */
async function during(run: string, stage: string, attempt = 1): Promise<string> {
  for (;;) {
    const status = await statusOf(run);
    const found = status.attempts[attempt - 1];
    const running = found?.stages.some(({ name, state }) => name === stage && state === 'running');
    if (running && found?.instanceId) return found.instanceId;
    if (found?.ended) throw new Error(`${stage} was never seen: ${found.reason}`);
  }
}

/** Lets it happen; answers after how many milliseconds the attempt was over. */
async function strike(run: string, happens: () => Promise<unknown>, attempt = 1): Promise<number> {
  const at = Date.now();
  await happens();
  while (!(await statusOf(run)).attempts[attempt - 1]?.ended);
  return Date.now() - at;
}

const interrupted = async (run: string, times = 1): Promise<void> => {
  await trainctl(['status', run, '--wait']);
  const status = await statusOf(run);
  expect(status).toMatchObject({ outcome: 'succeeded', interruptions: times, failures: 0 });
  for (const ended of status.attempts.slice(0, times)) expect(ended).toMatchObject({ ended: 'interrupted' });
};

const kill = (id: string) => () => local('POST', `instances/${id}/kill`, {});
const maintenance = (id: string) => () => local('POST', `instances/${id}/maintenance`, { notBeforeSeconds: 600 });
const notice = (id: string) => () => local('POST', `instances/${id}/interrupt`, { noticeSeconds: 100 });
/** As somebody does in the console. */
const stop = (id: string) => async () => {
  const client = ec2();
  await client.send(new StopInstancesCommand({ InstanceIds: [id] })).finally(() => client.destroy());
};

const held = `hold: { on: failed, for: 20m }\nlimits: { lease: 15m }`;

/** What matches comes slowly, however often it is asked for, until the answer is called. */
async function slow(keyPattern: string): Promise<() => Promise<unknown>> {
  const fault = { kind: 's3-slow', bytesPerSecond: 20_000, method: 'GET', keyPattern, times: 0 };
  const { id } = await local<{ id: string }>('POST', 'faults', fault);
  return () => local('DELETE', `faults/${id}`);
}

describe('before its training, an instance that EC2 takes is an interruption within seconds', () => {
  test.each([
    ['lost', kill],
    ['given notice', notice],
  ])('%s while it boots', async (how, misfortune) => {
    const name = `boots-${how.replaceAll(' ', '-')}`;
    await local('POST', 'faults', { kind: 'no-boot', match: { tag: { 'trainctl:project': name } } });
    const run = await start(spec(name, ''));
    expect(await strike(run, misfortune(await during(run, 'reach')))).toBeLessThan(SOON);
    await interrupted(run);
  });

  test.each([
    ['lost', 'spot', kill],
    // EC2 stops no one-time spot instance for a person.
    ['stopped', 'on-demand', stop],
    ['given notice', 'spot', notice],
    ['to be maintained soon', 'on-demand', maintenance],
  ])('%s while its dependencies are installed', async (how, market, misfortune) => {
    const setup = `setup: { commands: ['${FIRST}'] }`;
    const run = await start(spec(`installs-${how.replaceAll(' ', '-')}`, setup, market));
    expect(await strike(run, misfortune(await during(run, 'setup')))).toBeLessThan(SOON);
    await interrupted(run);
  });

  test('lost while its inputs are fetched', async () => {
    const { bucket } = stackState().cloud;
    const client = s3();
    const Key = 'lost-before-training/weights';
    await client.send(new PutObjectCommand({ Bucket: bucket, Key, Body: Buffer.alloc(4 << 20) }));
    client.destroy();
    const hurry = await slow(Key);
    const run = await start(spec('fetches', `inputs: [{ from: 's3://${bucket}/${Key}', to: data/weights }]`));
    const instance = await during(run, 'inputs');
    expect(await strike(run, () => kill(instance)().then(hurry))).toBeLessThan(SOON);
    await interrupted(run);
  });

  test('lost while its checkpoint is restored, having lost one in training', async () => {
    const files = spec('restores', 'checkpoints: { every: 1s }');
    files['trainctl.yaml'] = (files['trainctl.yaml'] ?? '').replace(
      "'echo trained'",
      `'mkdir -p checkpoints; [ -n "$TRAINCTL_RESUME_FROM" ] || { head -c 3000000 /dev/urandom > checkpoints/w; sleep 600; }'`,
    );
    const run = await start(files);
    const first = await during(run, 'train');
    expect((await trainctl(['checkpoints', 'take', run, '--wait'])).code).toBe(0);
    const { runKey } = await statusOf(run);
    const hurry = await slow(`${runKey}.*parts/`);
    expect(await strike(run, kill(first))).toBeLessThan(SOON);
    const second = await during(run, 'restore', 2);
    expect(await strike(run, () => kill(second)().then(hurry), 2)).toBeLessThan(SOON);
    await interrupted(run, 2);
  });
});

test('maintenance in two weeks ends nothing, is shown, and is off again', async () => {
  const { waits, open } = gate();
  const files = spec('weeks', `setup: { commands: [${JSON.stringify(waits)}] }`, 'on-demand');
  const run = await start(files);
  const id = await during(run, 'setup');
  await local('POST', `instances/${id}/maintenance`, { code: 'system-reboot', notBeforeSeconds: 14 * 86_400 });
  for (;;) {
    const { attempts, warnings = [] } = await statusOf(run);
    expect(attempts[0]?.ended).toBeUndefined();
    if (attempts[0]?.scheduled?.action !== 'system-reboot') continue;
    expect(warnings.at(-1)?.message).toContain('EC2 has scheduled maintenance of its instance (system-reboot)');
    break;
  }
  expect((await trainctl(['status', run])).stdout).toMatch(/maintenance +system-reboot not before .* \(in 14 d/);
  open();
  await trainctl(['status', run, '--wait']);
  expect(await statusOf(run)).toMatchObject({ outcome: 'succeeded', attemptCount: 1, interruptions: 0 });
});

test('a held host that EC2 takes is held no longer, within seconds', async () => {
  const files = spec('is-held', held);
  files['trainctl.yaml'] = (files['trainctl.yaml'] ?? '').replace('echo trained', 'exit 3');
  const run = await start(files);
  while ((await statusOf(run)).phase !== 'held');
  const at = Date.now();
  await kill((await statusOf(run)).attempts[0]?.instanceId ?? '')();
  while ((await statusOf(run)).phase === 'held');
  expect(Date.now() - at).toBeLessThan(SOON);
  await trainctl(['status', run, '--wait']);
  const { outcome, warnings = [] } = await statusOf(run);
  expect(outcome).toBe('failed');
  expect(warnings.map(({ message }) => message).join()).toContain('its host is held no longer: lost i-');
});
