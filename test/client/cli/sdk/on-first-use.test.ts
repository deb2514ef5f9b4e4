import { ec2OnFirstUse, storeOnFirstUse } from '../../../../client/cli/sdk/on-first-use';
import { SETTINGS } from '../../support/settings-fixture';

/** Settings with which neither can be made: it would show at once if one were. */
const BROKEN = { ...SETTINGS, cloud: 'local' as const, endpoints: {} };

it('makes a store with its first call, and not before', async () => {
  const store = storeOnFirstUse(BROKEN);
  expect([store.bucket, store.region]).toEqual([BROKEN.bucket, BROKEN.region]);
  store.close();
  await expect(store.get('key')).rejects.toThrow('endpoints.s3 is not set');
  const all = async (): Promise<void> => {
    for await (const _ of store.list('')) break;
  };
  await expect(all()).rejects.toThrow('endpoints.s3 is not set');
});

it('makes EC2 with its first call, in whatever region', async () => {
  const ec2 = ec2OnFirstUse(BROKEN);
  expect([ec2.region, ec2.in('eu-west-1').region]).toEqual([BROKEN.region, 'eu-west-1']);
  ec2.close();
  await expect(ec2.describeInstances({ ids: [] })).rejects.toThrow('endpoints.ec2 is not set');
  await expect(ec2.in('eu-west-1').describeVolumes({})).rejects.toThrow('endpoints.ec2 is not set');
});
