import type { InstanceType } from '../../catalog/types';
import type { SpotRequest } from '../../state/model';
import { Ec2Error, errors } from '../protocol/errors';
import type { Params } from '../protocol/params';

export type SpotOptions = Pick<SpotRequest, 'type' | 'interruptionBehavior' | 'maxPrice' | 'validUntil'>;

/** Least price that EC2 takes, dollars per hour. */
const LEAST_PRICE = 0.001;

/** EC2 writes spot prices with six decimals. */
export const priceText = (usd: number): string => usd.toFixed(6);

/** The spot options of a launch; undefined on demand. */
export function readSpotOptions(market: Params, type: InstanceType, zone: string | undefined): SpotOptions | undefined {
  const kind = market.oneOf('MarketType', ['', 'spot', 'capacity-block'], '');
  if (kind === 'capacity-block') throw new Ec2Error('Unsupported', 'Capacity blocks are not offered here.');
  if (kind === '') return undefined;
  const options = market.struct('SpotOptions');
  const requestType = options.oneOf('SpotInstanceType', ['one-time', 'persistent'], 'one-time');
  const behavior = options.oneOf('InstanceInterruptionBehavior', ['terminate', 'stop', 'hibernate'], 'terminate');
  if (requestType === 'one-time' && behavior !== 'terminate') {
    throw errors.invalidCombination(
      `The interruption behavior '${behavior}' is only supported for persistent Spot requests.`,
    );
  }
  if (requestType === 'persistent' && behavior === 'terminate') {
    throw errors.invalidCombination(
      "Persistent Spot requests from RunInstances need the interruption behavior 'stop' or 'hibernate'.",
    );
  }
  const validUntil = options.date('ValidUntil');
  if (validUntil && requestType === 'one-time') {
    throw errors.invalidCombination('ValidUntil is only supported for persistent Spot requests.');
  }
  return { type: requestType, interruptionBehavior: behavior, maxPrice: readPrice(options, type, zone), validUntil };
}

function readPrice(options: Params, type: InstanceType, zone: string | undefined): string {
  const text = options.string('MaxPrice');
  if (text === undefined || text === '') return priceText(type.onDemandUsd);
  const price = Number(text);
  if (!Number.isFinite(price) || price < LEAST_PRICE) {
    throw errors.invalidValue(`Invalid value '${text}' for MaxPrice. The minimum is ${LEAST_PRICE}.`);
  }
  const needed = zone === undefined ? Math.min(...Object.values(type.spotUsd)) : (type.spotUsd[zone] ?? 0);
  if (price < needed) {
    throw new Ec2Error(
      'SpotMaxPriceTooLow',
      `Your Spot request price of ${text} is lower than the minimum required Spot request fulfillment price of ${needed}.`,
    );
  }
  return priceText(price);
}
