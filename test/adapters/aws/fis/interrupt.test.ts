import {
  type ExperimentState,
  type Fis,
  FisNotSetUp,
  interruptInstance,
  removeTemplates,
} from '../../../../adapters/aws';
import { createFis } from '../../../../adapters/aws/fis/client';
import { interruptionTemplate } from '../../../../adapters/aws/fis/template';
import { localSettings } from '../support/settings';

const refusedBy = (code: string, message: string) =>
  Object.assign(new Error(message), { name: code, $metadata: { httpStatusCode: 403 } });

/** FIS whose experiment shows these states, one after the other. */
function fake(states: ExperimentState[], refusal?: Error) {
  const deleted: string[] = [];
  const fis: Fis = {
    makeTemplate: async () => 'EXT1',
    startInterruption: async () => {
      if (refusal) throw refusal;
      return { templateId: 'EXT1', experimentId: 'EXP1' };
    },
    experiment: async () => (states.length > 1 ? states.shift() : states[0]) ?? { status: 'pending', reason: '' },
    templates: async () => {
      if (refusal) throw refusal;
      return ['EXT1', 'EXT2'];
    },
    deleteTemplate: async (id) => {
      deleted.push(id);
    },
    close: () => undefined,
  };
  return { fis, deleted };
}

const tags = { suite: 's' };
const state = (status: string, reason = '') => ({ status, reason });

test('an interruption waits until EC2 has been told, and removes its template', async () => {
  const { fis, deleted } = fake([state('initiating'), state('running'), state('completed')]);
  await interruptInstance(fis, 'i-1', { tags });
  expect(deleted).toEqual(['EXT1']);
});

test('an experiment that fails says why, and its template is removed all the same', async () => {
  const { fis, deleted } = fake([state('failed', 'Target resolution returned empty set.')]);
  await expect(interruptInstance(fis, 'i-1', { tags })).rejects.toThrow(
    'FIS did not interrupt i-1: its experiment EXP1 failed: Target resolution returned empty set.',
  );
  expect(deleted).toEqual(['EXT1']);
});

test.each([
  'Unable to assume role arn:aws:iam::111122223333:role/x.',
  'User is not authorized to perform: ec2:SendSpotInstanceInterruptions',
])('a role that does not serve is set-up that is missing: %s', async (reason) => {
  const { fis } = fake([state('failed', reason)]);
  const refused = await interruptInstance(fis, 'i-1', { tags }).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(FisNotSetUp);
  expect(String(refused)).toContain(reason);
});

test('so is a right that this identity has not; any other refusal is none', async () => {
  const denied = refusedBy('AccessDeniedException', 'not authorized to perform: iam:PassRole');
  await expect(interruptInstance(fake([], denied).fis, 'i-1', { tags })).rejects.toThrow(/FIS refuses.*iam:PassRole/);
  await expect(interruptInstance(fake([], denied).fis, 'i-1', { tags })).rejects.toBeInstanceOf(FisNotSetUp);
  expect(await removeTemplates(fake([], denied).fis, tags)).toBe(0);
  const other = refusedBy('ValidationException', 'no');
  await expect(interruptInstance(fake([], other).fis, 'i-1', { tags })).rejects.toBe(other);
});

test('without a role the settings are what is missing', async () => {
  const { fisRole: _none, ...settings } = localSettings('http://127.0.0.1:9');
  const fis = createFis(settings);
  await expect(interruptInstance(fis, 'i-1', { tags })).rejects.toThrow(/fis\.role \(TRAINCTL_FIS_ROLE\)/);
  fis.close();
});

test('templates that were left are removed by their tags', async () => {
  const { fis, deleted } = fake([]);
  expect(await removeTemplates(fis, tags)).toBe(2);
  expect(deleted).toEqual(['EXT1', 'EXT2']);
});

test('the template means the one instance, in the account and partition of its role', () => {
  const template = interruptionTemplate({
    instanceId: 'i-1',
    region: 'cn-north-1',
    roleArn: 'arn:aws-cn:iam::123456789012:role/trainctl-fis',
    tags,
  });
  expect(template.targets?.instance).toEqual({
    resourceType: 'aws:ec2:spot-instance',
    resourceArns: ['arn:aws-cn:ec2:cn-north-1:123456789012:instance/i-1'],
    selectionMode: 'ALL',
  });
});
