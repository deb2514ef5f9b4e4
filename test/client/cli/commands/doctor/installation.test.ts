import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Client } from '@temporalio/client';
import { runSettingsOf } from '../../../../../adapters/installation';
import { recordedChecks } from '../../../../../client/cli/commands/doctor/installation';
import { INSTALLATION_MEMO, type RecordedInstallation, type Settings } from '../../../../../contract';
import { fingerprintOf } from '../../../../../contract/tokens';
import { SETTINGS } from '../../../../activities/support/deps';

const secret = Buffer.alloc(32, 3);
const folder = mkdtempSync(path.join(os.tmpdir(), 'trainctl-doctor-'));
afterAll(() => rmSync(folder, { recursive: true }));
const env = { TRAINCTL_SECRET_FILE: path.join(folder, 'secret') };
writeFileSync(env.TRAINCTL_SECRET_FILE, secret);

const recorded: RecordedInstallation = {
  name: 'default',
  cloud: 'local',
  region: 'us-east-1',
  bucket: 'trainctl',
  prefix: 'p/',
  secret: fingerprintOf(secret),
  recordedAt: '2026-11-30T10:00:00.000Z',
};

/** Temporal, as far as it is asked here. */
function temporal(record: RecordedInstallation | undefined, open = 0): Client {
  const memo = record && { fields: { [INSTALLATION_MEMO]: { data: Buffer.from(JSON.stringify(record)) } } };
  return {
    options: { namespace: 'default' },
    workflowService: { describeSchedule: async () => ({ schedule: { action: { startWorkflow: { memo } } } }) },
    workflow: { count: async () => ({ count: open }) },
  } as unknown as Client;
}
const check = (client: Client, patch: Partial<Settings> = {}, more: NodeJS.ProcessEnv = env) =>
  recordedChecks(client, { ...SETTINGS, ...patch }, more);

test('what is recorded is ours, or is told part by part; nothing recorded is no fault', async () => {
  expect(await check(temporal(undefined))).toMatchObject([
    { ok: true, detail: expect.stringContaining('not recorded yet') },
  ]);
  expect(await check(temporal(recorded))).toMatchObject([{ name: 'installation', ok: true }]);
  expect(await check(temporal({ ...recorded, bucket: 'b' }))).toMatchObject([
    { ok: false, detail: expect.stringMatching(/bucket +trainctl here, b recorded/), fix: expect.any(String) },
  ]);
});

test('a machine without the secret is no worker, and no fault', async () => {
  expect(await check(temporal(recorded), {}, {})).toMatchObject([
    { ok: true, detail: expect.stringContaining('its secret is not here') },
  ]);
});

describe('a change of the settings', () => {
  const settings = runSettingsOf(SETTINGS);
  const before = { ...settings, user: 'root', subnets: ['subnet-1'] };
  const changed = { ...recorded, settings, settingsSince: '2026-11-30T11:00:00.000Z', settingsBefore: before };

  test('is told as long as runs are open that began before it', async () => {
    expect((await check(temporal(changed, 2)))[1]).toMatchObject({
      name: 'run settings',
      ok: false,
      optional: true,
      detail:
        'changed at 2026-11-30T11:00:00.000Z (subnets [], was ["subnet-1"]; user ubuntu, was root); 2 open runs keep what was before',
    });
    expect(await check(temporal(changed, 0))).toHaveLength(1);
    expect(await check(temporal({ ...recorded, settings }, 2))).toHaveLength(1);
  });

  test('that no worker has been started with is told, too', async () => {
    expect((await check(temporal(changed), { user: 'admin' }))[1]).toMatchObject({
      detail: 'the worker that started last has others: user admin, was ubuntu',
      fix: expect.stringContaining('start the worker again'),
    });
  });
});
