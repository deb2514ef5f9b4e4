import type { Settings } from '../../contract';
import { estimateOf, type Scenario } from '../scenarios';

type Env = Readonly<Record<string, string | undefined>>;

/** Whether the scenarios run on AWS: by nothing but this. */
export const isOnAws = (env: Env): boolean => env.TRAINCTL_E2E === '1';

/**
 * What all scenarios may cost on AWS, dollars.
 * @throws before anything is started that costs money, unless region and money are said and fit the installation
 */
export function allowedUsd(
  env: Env,
  settings: Pick<Settings, 'cloud' | 'region' | 'prices'>,
  scenarios: readonly Scenario[],
): number {
  const { TRAINCTL_E2E_REGION: region, TRAINCTL_E2E_MAX_USD: max = '' } = env;
  const { totalUsd, unknown } = estimateOf(scenarios, settings);
  const allowed = Number(max);
  if (settings.cloud !== 'aws')
    throw new Error('TRAINCTL_E2E=1 is for AWS, and the cloud of this installation is local: leave it out');
  if (region !== settings.region)
    throw new Error(
      `TRAINCTL_E2E_REGION is ${region ?? 'not set'}: set it to the region of this installation, ${settings.region}`,
    );
  if (!/^\d*\.?\d+$/.test(max) || !(allowed > 0))
    throw new Error(
      `TRAINCTL_E2E_MAX_USD is ${max || 'not set'}: set it to what the suite may cost, in dollars, such as 1`,
    );
  if (unknown.length > 0)
    throw new Error(`nobody knows what these cost: ${unknown.join(', ')}; give their types a price in the settings`);
  if (totalUsd > allowed)
    throw new Error(`the suite is estimated at $${totalUsd.toFixed(4)}, and TRAINCTL_E2E_MAX_USD is ${max}`);
  return allowed;
}
