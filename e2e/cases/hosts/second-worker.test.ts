import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient, type RunHandle, type TrainctlClient } from '../../../client';
import { EXIT_CODES, type InstallationDifference, type StackState } from '../../../contract';
import { lastJson, spawnCli, trainctl } from '../../support/cli';
import { gate } from '../../support/gate';
import { home, stackState } from '../../support/stack';

jest.setTimeout(240_000);

const homes: string[] = [];
afterAll(async () => {
  await client?.close();
  for (const dir of homes) rmSync(dir, { recursive: true, force: true });
});

/** A home as a colleague has it, who copied the stack's and changed something. */
function copyOfHome(cloud: Partial<StackState['cloud']> = {}, secret: 'same' | 'other' | 'none' = 'same'): string {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'trainctl-second-'));
  homes.push(dir);
  const state = stackState();
  writeFileSync(path.join(dir, 'stack.json'), JSON.stringify({ ...state, cloud: { ...state.cloud, ...cloud } }));
  if (secret === 'same') copyFileSync(path.join(home(), 'secret'), path.join(dir, 'secret'));
  if (secret === 'other') writeFileSync(path.join(dir, 'secret'), `${'ab'.repeat(32)}\n`, { mode: 0o600 });
  return dir;
}

interface Refused {
  error: { code: string; message: string; next: string; differs: InstallationDifference[] };
}

const OPEN_RUNS = 10;

const { waits, open } = gate();
let client: TrainctlClient | undefined;
let runs: RunHandle[];
beforeAll(async () => {
  const begun = await createClient();
  client = begun;
  const spec = { name: 'unmoved', command: `${waits}; echo done` };
  runs = await Promise.all(Array.from({ length: OPEN_RUNS }, () => begun.start(spec)));
  for (const run of runs) while ((await run.status()).phase !== 'training') await sleep(200);
});

const AWS = { TRAINCTL_CLOUD: 'aws', TRAINCTL_REGION: 'us-east-1', TRAINCTL_BUCKET: 'trainctl' };

test.each<[string, () => string, Record<string, string>, RegExp, RegExp]>([
  ['bucket', () => copyOfHome({ bucket: 'another' }), {}, /bucket +another here, trainctl recorded/, /TRAINCTL_HOME/],
  ['region', () => copyOfHome({ region: 'eu-west-1' }), {}, /region +eu-west-1 here, us-east-1/, /TRAINCTL_HOME/],
  ['prefix', copyOfHome, { TRAINCTL_PREFIX: 'p/' }, /prefix +p\/ here, \(empty\) recorded/, /TRAINCTL_PREFIX/],
  ['secret', () => copyOfHome({}, 'other'), {}, /secret +fingerprint .* here, fingerprint .* recorded/, /"secret"/],
  ['cloud', copyOfHome, AWS, /cloud +aws here, local recorded/, /set cloud: local/],
  ['name', copyOfHome, { TRAINCTL_INSTALLATION: 'second' }, /this one is called "second"/, /TRAINCTL_INSTALLATION/],
])('a second worker of another %s is refused at its start, with its words', async (part, dir, env, says, mends) => {
  const { address, namespace } = stackState().temporal;
  const temporal = { TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace };
  const { code, stdout, stderr } = await trainctl(['worker', '--json'], {
    env: { ...temporal, TRAINCTL_HOME: dir(), ...env },
  });
  expect(code).toBe(EXIT_CODES.invalid);
  const { error } = lastJson<Refused>({ code, stdout, stderr });
  expect(error.code).toBe('refused');
  expect(error.differs.map((one) => one.part)).toEqual([part]);
  expect(error.message).toMatch(says);
  expect(error.next).toMatch(mends);
  expect(stderr).toContain(error.message);
});

test('one without the secret is refused, and gets none', async () => {
  const dir = copyOfHome({}, 'none');
  const { code, stderr } = await trainctl(['worker'], { env: { TRAINCTL_HOME: dir } });
  expect([code, stderr]).toEqual([EXIT_CODES.invalid, expect.stringContaining('is not here')]);
  expect(existsSync(path.join(dir, 'secret'))).toBe(false);
});

test('doctor says the same', async () => {
  const { code, stdout } = await trainctl(['doctor', '--json'], {
    env: { TRAINCTL_HOME: copyOfHome({}, 'other') },
  });
  const { checks } = JSON.parse(stdout) as { checks: { name: string; ok: boolean; detail: string }[] };
  const installation = checks.find(({ name }) => name === 'installation');
  expect(installation).toMatchObject({ ok: false, detail: expect.stringMatching(/secret +fingerprint/) });
  expect(code).toBe(1);
});

test('init makes no second secret, and replaces nothing under an open run', async () => {
  const none = copyOfHome({}, 'none');
  const beside = await trainctl(['init', '--json'], { env: { TRAINCTL_HOME: none } });
  expect([beside.code, lastJson<Refused>(beside).error]).toEqual([
    EXIT_CODES.invalid,
    expect.objectContaining({ code: 'refused', next: expect.stringContaining('trainctl worker --join') }),
  ]);
  expect(existsSync(path.join(none, 'secret'))).toBe(false);
  const again = await trainctl(['init', '--json'], { env: { TRAINCTL_HOME: copyOfHome() } });
  expect([again.code, lastJson(again)]).toMatchObject([0, { made: false, recorded: true }]);
  const moved = await trainctl(['init', '--replace', '--json'], { env: { TRAINCTL_HOME: copyOfHome({}, 'other') } });
  expect([moved.code, lastJson<Refused>(moved).error.message]).toEqual([
    EXIT_CODES.invalid,
    expect.stringMatching(/has \d+ open run/),
  ]);
});

test('one that joins is asked for the secret, and keeps the right one alone', async () => {
  const dir = copyOfHome({}, 'none');
  const wrong = await trainctl(['worker', '--join', '--json'], { env: { TRAINCTL_HOME: dir }, input: 'ab'.repeat(32) });
  expect([wrong.code, lastJson<Refused>(wrong).error.message]).toEqual([
    EXIT_CODES.invalid,
    expect.stringMatching(/not that of installation "default": fingerprint [0-9a-f]{16}, recorded is/),
  ]);
  const torn = await trainctl(['worker', '--join'], { env: { TRAINCTL_HOME: dir }, input: 'no secret' });
  expect([torn.code, existsSync(path.join(dir, 'secret'))]).toEqual([EXIT_CODES.invalid, false]);
  await serves(dir, ['worker', '--join'], readFileSync(path.join(home(), 'secret'), 'utf8'));
  expect(readFileSync(path.join(dir, 'secret'), 'utf8')).toBe(readFileSync(path.join(home(), 'secret'), 'utf8'));
  expect(statSync(path.join(dir, 'secret')).mode & 0o777).toBe(0o600);
});

test('one of the same installation serves beside the first', () => serves(copyOfHome(), ['worker']));

/** Starts a worker, which is to be ready, and ends it. */
async function serves(dir: string, args: string[], input = ''): Promise<void> {
  const child = spawnCli(args, { env: { TRAINCTL_HOME: dir } });
  child.stdin?.end(input);
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const lines = createInterface({ input: child.stdout ?? process.stdin });
  const ready = await Promise.race([
    new Promise<string>((resolve) => lines.once('line', resolve)),
    ended.then((code) => `ended with ${code}`),
  ]);
  expect(JSON.parse(ready)).toMatchObject({ ready: true, taskQueues: ['trainctl', 'trainctl-supervise'] });
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
}

test('ten open runs have noticed nothing', async () => {
  open();
  for (const run of runs) {
    expect(await run.result()).toMatchObject({ outcome: 'succeeded', attemptCount: 1, interruptions: 0 });
    const { failures, warnings = [] } = await run.status();
    expect([failures, warnings]).toEqual([0, []]);
  }
});
