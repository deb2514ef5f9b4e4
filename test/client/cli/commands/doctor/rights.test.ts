import type { TriedRight } from '../../../../../adapters/aws';
import { rightsWords } from '../../../../../client/cli/commands/doctor/rights';

const untried = (right: string, why: string): TriedRight => ({ right, allowed: undefined, why });
const allowed = (right: string): TriedRight => ({ right, allowed: true });

test('where none could be tried it is unknown whether they are there, and not well', () => {
  const rights = [untried('ec2:DescribeVolumes', 'ECONNREFUSED'), untried('s3:ListBucket', 'ECONNREFUSED')];
  expect(rightsWords(rights, 'worker')).toEqual({
    name: 'rights (worker)',
    ok: false,
    optional: true,
    detail: 'unknown: none of 2 could be tried. not tried: ec2:DescribeVolumes, s3:ListBucket: ECONNREFUSED',
    fix: expect.stringContaining('trainctl doctor --as worker'),
  });
});

test('credentials that AWS does not take are told as such, and not as a right that is missing', () => {
  const why = 'AWS was not able to validate the provided access credentials';
  const bad = { ...untried('ec2:DescribeVolumes', why), badCredentials: true as const };
  const check = rightsWords(
    [bad, { ...bad, right: 'ec2:DescribeInstances' }, untried('ec2:DeleteVolume', 'no disk')],
    'client',
  );
  expect(check).toMatchObject({ ok: false, fix: expect.stringContaining('aws sts get-caller-identity') });
  expect(check).not.toHaveProperty('optional');
  expect(check.detail).toBe(
    `not known, since AWS does not take these credentials: ec2:DescribeVolumes, ec2:DescribeInstances: ${why}. not tried: ec2:DeleteVolume: no disk`,
  );
  expect(check.detail + check.fix).not.toMatch(/missing|policies/);
});

test('of S3’s credentials alone, too, whatever EC2 says', () => {
  const bad = { ...untried('s3:ListBucket', 'expired'), badCredentials: true as const };
  expect(rightsWords([allowed('ec2:DescribeVolumes'), bad], 'client').ok).toBe(false);
});

test('what was tried makes it well, if nothing is missing', () => {
  expect(rightsWords([allowed('s3:ListBucket'), untried('ec2:DeleteVolume', 'no disk')], 'suite')).toMatchObject({
    ok: true,
    detail: '1 of 2 tried, all allowed. not tried: ec2:DeleteVolume: no disk',
  });
});
