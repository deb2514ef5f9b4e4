import type { Prices } from '../../../../activities/resolve/placements';

const SPOT: Record<string, number> = {
  'g5.xlarge a': 0.4,
  'g5.xlarge b': 0.3,
  'g4dn.xlarge a': 0.2,
  'g4dn.xlarge b': 0.2,
};
/** Of two GPU types in two zones. */
export const prices: Prices = {
  spot: (type, zone) => SPOT[`${type} ${zone}`],
  onDemand: (type) => (type === 'g5.xlarge' ? { usd: 1, source: 'table' } : { usd: 0.5, source: 'settings' }),
};
