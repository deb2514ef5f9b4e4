import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { e2e } from '../../../../../client/cli/commands/e2e/action';
import { setSchedule } from '../../../../../client/cli/commands/e2e/schedule';
import { output } from '../../support/screen';

let home: string;
beforeAll(() => {
  home = mkdtempSync(path.join(tmpdir(), 'trainctl-money-'));
  // Nobody is to be asked, also where a person has started this test.
  process.stdin.isTTY = false;
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** An installation on AWS, of which nothing answers: whoever connects before he has asked fails otherwise than here. */
function onAws() {
  const env = {
    TRAINCTL_HOME: home,
    TRAINCTL_CLOUD: 'aws',
    TRAINCTL_BUCKET: 'bucket',
    TRAINCTL_REGION: 'us-west-2',
    TEMPORAL_ADDRESS: '127.0.0.1:1',
    AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
  };
  const { out, stdout } = output({ env });
  return { stdout, context: { out, env, now: () => new Date(), words: [], rest: [] } };
}

test('on AWS the estimate comes first, by scenario; then it is asked, and nothing is begun without an answer', async () => {
  const { context, stdout } = onAws();
  await expect(e2e(context, ['code-sync', 'operator'], { maxUsd: '0.5' })).rejects.toMatchObject({
    code: 'usage',
    message: expect.stringMatching(/^Run these on AWS \(about \$[\d.]+, at most \$0\.50\)\? Nobody is there to ask\.$/),
    next: expect.stringContaining('--yes'),
  });
  expect(stdout.text).toMatch(/code-sync .*min.*\$/);
  expect(stdout.text).toMatch(/operator .*min.*\$/);
});

test('so it is before a Schedule is made that will spend money', async () => {
  const { context, stdout } = onAws();
  const flags = { cron: ['0 3 * * *'], timezone: 'Europe/Berlin', only: ['code-sync'] };
  await expect(setSchedule(context, flags)).rejects.toMatchObject({
    code: 'usage',
    message: expect.stringMatching(/^Run these on AWS at each of these times \(about \$/),
    next: expect.stringContaining('--yes'),
  });
  expect(stdout.text).toMatch(/code-sync .*min.*\$/);
});
