import type { Ec2 } from '../../../../adapters/aws';
import { ends } from '../../../../adapters/aws/rights/ends';
import { awsError } from './aws-error';

/** An account in which each call ends so. */
const look = (
  answer: () => Promise<{ id: string }[]>,
  dryRun = () => Promise.reject(awsError('DryRunOperation', 412)),
) =>
  ends(
    'team',
    { send: dryRun } as never,
    {
      describeInstances: answer,
      describeSpotRequests: answer,
      describeVolumes: answer,
    } as unknown as Ec2,
  );

test('tried on what is there', async () => {
  expect(await look(async () => [{ id: 'x' }])).toEqual([
    { right: 'ec2:TerminateInstances', allowed: true },
    { right: 'ec2:CancelSpotInstanceRequests', allowed: true },
    { right: 'ec2:DeleteVolume', allowed: true },
  ]);
});

test('that nothing is there, and that EC2 does not say what is, are two things', async () => {
  const [none] = await look(async () => []);
  expect(none?.why).toBe('no instance of this installation is there to try it on');
  const silent = await look(() => Promise.reject(awsError('UnauthorizedOperation', 403)));
  expect(silent.map(({ allowed, why }) => [allowed, why])).toEqual([
    [undefined, "EC2 does not list the instances to try it on: UnauthorizedOperation, in AWS's words"],
    [undefined, "EC2 does not list the spot requests to try it on: UnauthorizedOperation, in AWS's words"],
    [undefined, "EC2 does not list the disks to try it on: UnauthorizedOperation, in AWS's words"],
  ]);
  const unknown = await look(() => Promise.reject(awsError('AuthFailure', 401)));
  expect(unknown.every(({ badCredentials }) => badCredentials)).toBe(true);
});
