import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createObjectStore, RIGHTS_OF, type RightsOf } from '../../../adapters/aws';
import { checkRights } from '../../../adapters/aws/rights/check';
import { LOCAL_FIS_ROLE } from '../../../adapters/settings/local';
import { rightsWords } from '../../../client/cli/commands/doctor/rights';
import type { Settings } from '../../../contract';
import { openTarget, type Target } from '../../local/cloud/support/target';
import { localSettings } from './support/settings';

let target: Target;
let settings: Settings;
beforeAll(async () => {
  target = await openTarget();
  const { url = '', accessKeyId = '', secretAccessKey = '' } = target.cloud?.info ?? {};
  const credentials = { accessKeyId, secretAccessKey };
  settings = localSettings(url, { credentials, fisRole: LOCAL_FIS_ROLE, bucket: 'trainctl' });
  const tags = [{ Key: 'trainctl:installation', Value: settings.installation }];
  await target.run({
    InstanceMarketOptions: { MarketType: 'spot' },
    TagSpecifications: (['instance', 'volume', 'spot-instances-request'] as const).map((ResourceType) => ({
      ResourceType,
      Tags: tags,
    })),
  });
  const store = createObjectStore(settings);
  await store.ensureBucket();
  store.close();
});
afterAll(() => target.close());

/** The rights that a policy gives, without wildcards. */
function given(name: string): Set<string> {
  const text = readFileSync(path.join(__dirname, '../../../docs/policies', `${name}.json`), 'utf8');
  const { Statement } = JSON.parse(text) as { Statement: { Action: string | string[] }[] };
  return new Set(Statement.flatMap(({ Action }) => Action));
}

const namesOf = (right: string): string[] => right.replace(/ \(.*$/, '').split(', ');

test.each(RIGHTS_OF)('as %s every right is tried, is there, and is one of its policy', async (of: RightsOf) => {
  const rights = await checkRights(settings, of);
  const untried = rights.filter(({ allowed }) => allowed !== true).flatMap(({ right }) => namesOf(right));
  expect(untried).toEqual(of === 'suite' ? ['fis:StartExperiment', 'fis:GetExperiment'] : []);
  const tried = new Set(rights.flatMap(({ right }) => namesOf(right)));
  const policy = new Set(of === 'suite' ? [...given('suite'), ...given('client')] : given(of));
  // Images are named by id here.
  policy.delete('ssm:GetParameter');
  expect([...tried].sort()).toEqual([...policy].sort());
});

test('nothing was launched, ended or left', async () => {
  const { json } = await target.control('GET', 'state');
  expect(json.instances).toHaveLength(1);
  expect(json.instances[0].state).toMatch(/pending|running/);
  expect(target.cloud?.store.templates.size).toBe(0);
  const { json: calls } = await target.control('GET', 'calls');
  expect(JSON.stringify(calls)).toContain('s3:DeleteObject');
});

test('a right that is missing is named in AWS’s words, with where it stands', async () => {
  const denied = { kind: 'error', code: 'UnauthorizedOperation', status: 403, message: 'You are not authorized.' };
  await target.control('POST', 'faults', { ...denied, action: 'DescribeVolumes' });
  const check = rightsWords(await checkRights(settings, 'client'), 'client');
  expect(check).toMatchObject({
    name: 'rights (client)',
    ok: false,
    fix: expect.stringContaining('docs/policies/client.json'),
  });
  expect(check.detail).toBe('missing: ec2:DescribeVolumes: You are not authorized.');
});
