import { planLine, planOf } from '../../../../client/cli/launch/plan';
import { parseRunSpec } from '../../../../contract/schema';
import { SETTINGS } from '../../support/settings-fixture';

describe('the plan', () => {
  const parsed = parseRunSpec(
    {
      command: 'x',
      resources: { instanceTypes: ['m5.large', 'c5.large'], market: 'spot-then-on-demand' },
      limits: { maxDuration: '2h' },
    },
    { instanceTypes: [] },
  );
  if (!parsed.ok) throw new Error(parsed.message);
  const { spec } = parsed;

  it('names placements in order and the most that they can cost', async () => {
    const price = (instanceType: string, zone: string, hourlyUsd: number) => ({
      instanceType,
      zone,
      hourlyUsd,
      since: 0,
    });
    const ec2 = {
      offeredZones: async () => new Map([['m5.large', ['a', 'b']]]),
      spotPrices: async () => [price('m5.large', 'a', 0.05), price('m5.large', 'b', 0.04)],
    };
    const settings = { ...SETTINGS, prices: { 'm5.large': 0.1, 'c5.large': 0.2 } };
    const plan = await planOf(spec, settings, ec2 as never);
    expect(plan.placements[0]).toMatchObject({ market: 'spot', hourlyUsd: 0.04, zones: ['b', 'a'] });
    expect(plan.placements[3]).toMatchObject({ instanceType: 'c5.large', market: 'on-demand', hourlyUsd: 0.2 });
    expect(plan.ceilingUsd).toBeNull();
    const capped = await planOf({ ...spec, limits: { ...spec.limits, maxCostUsd: 0.5 } }, settings, ec2 as never);
    expect(planLine(capped)).toBe(
      'spot m5.large, then c5.large, then on-demand m5.large, then c5.large · at most $0.50, 2 h',
    );
  });

  it('says why prices are missing', async () => {
    const ec2 = { offeredZones: async () => Promise.reject(new Error('not authorized')), spotPrices: async () => [] };
    expect((await planOf(spec, SETTINGS, ec2 as never)).warning).toContain('not authorized');
  });
});
