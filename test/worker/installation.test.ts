import { randomBytes } from 'node:crypto';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { changeInstallation, openRuns, readInstallation } from '../../adapters/installation';
import { queuesOf, type RecordedInstallation, reconcileSchedule, type Settings } from '../../contract';
import { createLog, NotOursError } from '../../worker';
import { type JoinArgs, joinInstallation } from '../../worker/installation';
import { tellSettingsChange } from '../../worker/settings-change';
import { SETTINGS } from '../activities/support/deps';
import { ownDevServer } from '../support/own-dev-server';

let server: TestWorkflowEnvironment;
beforeAll(async () => {
  server = await ownDevServer();
});
afterAll(() => server?.teardown());

const secret = randomBytes(32);
const log = createLog('silent');
const settings: Settings = { ...SETTINGS, credentials: { accessKeyId: 'LOCAL1', secretAccessKey: 's' } };
const join = (patch: Partial<Settings> = {}, more: Partial<JoinArgs> = {}) =>
  joinInstallation({ client: server.client, settings: { ...settings, ...patch }, secret, log, ...more });
const refusal = (joining: Promise<unknown>): Promise<NotOursError['refusal']> =>
  joining.then(
    () => Promise.reject(new Error('it was taken')),
    (error: unknown) => {
      if (!(error instanceof NotOursError)) throw error;
      return error.refusal;
    },
  );

test('the first worker records the installation, of many who start at once one; the next ones find it', async () => {
  const wrong = { prefix: 'q/' };
  const all = await Promise.allSettled([join(), join(), join(wrong)]);
  const recorded = await readInstallation(server.client, 'default');
  expect(recorded).toMatchObject({ name: 'default', cloud: 'local', account: 'LOCAL1', bucket: 'trainctl' });
  // Whichever was first: the others are it, or are refused.
  expect(all.map(({ status }) => status)).toContain('rejected');
  await changeInstallation(server.client, 'default', (now) => now && { ...now, prefix: 'p/' });
  expect((await join()).recorded).toMatchObject({ prefix: 'p/', recordedAt: recorded?.recordedAt });
  expect(JSON.stringify(recorded)).not.toContain(secret.toString('hex'));
});

test.each<[string, Partial<Settings>, RegExp, RegExp]>([
  ['bucket', { bucket: 'other' }, /bucket +other here, trainctl recorded/, /home of that stack/],
  ['prefix', { prefix: '' }, /prefix +\(empty\) here, p\/ recorded/, /set prefix: p\/ .*TRAINCTL_PREFIX/],
  ['region', { region: 'eu-west-1' }, /region +eu-west-1 here, us-east-1 recorded/, /home of that stack/],
  ['cloud', { cloud: 'aws' }, /cloud +aws here, local recorded/, /set cloud: local .*TRAINCTL_CLOUD/],
  [
    'account',
    { credentials: { accessKeyId: 'LOCAL2', secretAccessKey: 's' } },
    /account +LOCAL2 here, LOCAL1 recorded/,
    /home of that stack/,
  ],
])('a worker of another %s is refused, with what differs and what mends it', async (part, patch, says, mends) => {
  const { message, next, differs } = await refusal(join(patch));
  expect(differs.map((one) => one.part)).toEqual([part]);
  expect(message).toMatch(says);
  expect(message).toMatch(/not the installation "default" that Temporal at .* knows since 20/);
  expect(next).toMatch(mends);
});

test('a worker of another secret is refused, by its fingerprint', async () => {
  const other = randomBytes(32);
  const { message, next } = await refusal(join({}, { secret: other }));
  expect(message).toMatch(/secret +fingerprint [0-9a-f]{16} here, fingerprint [0-9a-f]{16} recorded/);
  expect(next).toContain('the file "secret"');
  expect(message).not.toContain(other.toString('hex'));
});

test('another name at the same place is refused; at a place of its own it is an installation of its own', async () => {
  const { message, next } = await refusal(join({ installation: 'second' }));
  expect(message).toMatch(/installation "default" is at s3:\/\/trainctl\/p\/ already.*this one is called "second"/);
  expect(next).toMatch(/TRAINCTL_INSTALLATION=default/);
  const own = await join({ installation: 'second', prefix: 'second/' }, { secret: randomBytes(32) });
  expect(own.recorded).toMatchObject({ name: 'second', prefix: 'second/' });
  const described = await server.client.schedule.getHandle(reconcileSchedule('second')).describe();
  expect(described.action).toMatchObject({ taskQueue: 'trainctl:second' });
});

test('a home without the secret gets none beside an installation that is known', async () => {
  const made = jest.fn(() => randomBytes(32));
  const { message } = await refusal(join({}, { secret: undefined, makeSecret: made }));
  expect(message).toMatch(/its secret \(fingerprint [0-9a-f]{16}\) is not here: no \/nowhere\/secret/);
  expect(made).not.toHaveBeenCalled();
  await refusal(join({ installation: 'third' }, { secret: undefined }));
  await join({ installation: 'third', prefix: 'third/' }, { secret: undefined, makeSecret: made });
  expect(made).toHaveBeenCalledTimes(1);
});

test('a schedule of a release that recorded nothing gets the record, and is left as people have set it', async () => {
  const name = 'older';
  await join({ installation: name, prefix: 'older/' });
  const handle = server.client.schedule.getHandle(reconcileSchedule(name));
  await handle.pause('by hand');
  await handle.update(({ action, ...rest }) => ({ ...rest, action: { ...action, memo: {} } }));
  while ((await handle.describe()).action.memo?.trainctlInstallation !== undefined);
  expect(await readInstallation(server.client, name)).toBeUndefined();
  const { recorded } = await join({ installation: name, prefix: 'older/' });
  expect(recorded).toMatchObject({ name, prefix: 'older/' });
  const { state, policies, action } = await handle.describe();
  expect([state.paused, state.note, policies.catchupWindow]).toEqual([true, 'by hand', 600_000]);
  expect(action).toMatchObject({ workflowType: 'reconcile', taskQueue: `trainctl:${name}` });
});

test.each(['{}', '"soon"', 'null', '[]', '7'])(
  'a record that somebody has changed (%s) is nobody else to be',
  async (text) => {
    const name = 'edited';
    const own = { installation: name, prefix: 'edited/' };
    const write = (value: unknown) =>
      changeInstallation(server.client, name, () => value as RecordedInstallation, 'replace');
    const whole = (await join(own)).recorded;
    await write(JSON.parse(text));
    await expect(readInstallation(server.client, name)).rejects.toThrow('trainctlInstallation of what the Schedule');
    await expect(changeInstallation(server.client, name, () => whole)).rejects.toThrow('somebody has changed it');
    // Also for the first worker of another secret, which would be the one that is recorded.
    const { message, next } = await refusal(join(own, { secret: randomBytes(32) }));
    expect(message).toMatch(
      /recorded of installation "edited" is unknown: .*trainctl-reconcile:edited starts cannot be read/,
    );
    expect(next).toContain('trainctl init --replace');
    expect(await write(whole)).toEqual(whole);
    expect((await join(own)).recorded).toEqual(whole);
  },
);

test('a local stack that has lost its secret or its cloud goes on with what is left, and ends what nothing can serve', async () => {
  const name = 'lost';
  const own = { installation: name, prefix: 'lost/' };
  await join(own);
  const { main } = queuesOf(name);
  const run = await server.client.workflow.start('trainingRun', {
    workflowId: 'unserved',
    taskQueue: main,
    args: [{}],
  });
  while ((await openRuns(server.client, name)) === 0);
  const made = randomBytes(32);
  const lost = { secret: undefined, makeSecret: () => made };
  await refusal(join(own, lost));
  // A setting is not lost: it is to be mended.
  await refusal(join({ ...own, bucket: 'other' }, { ...lost, secret, replace: true }));
  expect((await run.describe()).status.name).toBe('RUNNING');
  const anew = await join(own, { ...lost, replace: true });
  expect([anew.secret, (await run.describe()).status.name]).toEqual([made, 'TERMINATED']);
  const cloud = { ...own, credentials: { accessKeyId: 'LOCAL9', secretAccessKey: 's' } };
  await refusal(join(cloud, { secret: made }));
  expect((await join(cloud, { secret: made, replace: true })).recorded).toMatchObject({ account: 'LOCAL9' });
  await join(cloud, { secret: made });
  await refusal(join({ ...own, cloud: 'aws' }, { secret: made, replace: true }));
});

test('settings that have changed under an open run are told at the start, once, and kept with those before', async () => {
  const name = 'changing';
  const own = { installation: name, prefix: 'changing/' };
  const told = { warn: jest.fn(), info: jest.fn() };
  const start = async (patch: Partial<Settings>): Promise<void> => {
    await join({ ...own, ...patch });
    await tellSettingsChange(server.client, { ...settings, ...own, ...patch }, told as never);
  };
  await start({});
  await start({});
  expect([told.warn, told.info].map(({ mock }) => mock.calls)).toEqual([[], []]);
  const { main } = queuesOf(name);
  const run = await server.client.workflow.start('trainingRun', { workflowId: 'open', taskQueue: main, args: [{}] });
  while ((await openRuns(server.client, name)) === 0);
  await start({ user: 'ec2-user', sshPort: 22 });
  const changes = ['user ec2-user, was ubuntu', 'sshPort 22, was 2022'];
  expect(told.warn.mock.calls).toMatchObject([[{ changes, open: 1 }, expect.stringContaining('keep what they were')]]);
  await start({ user: 'ec2-user', sshPort: 22 });
  expect(told.warn).toHaveBeenCalledTimes(1);
  const recorded = await readInstallation(server.client, name);
  expect(recorded).toMatchObject({ settings: { user: 'ec2-user' }, settingsBefore: { user: 'ubuntu', sshPort: 2022 } });
  expect(await openRuns(server.client, name, recorded?.settingsSince)).toBe(1);
  await run.terminate();
});
