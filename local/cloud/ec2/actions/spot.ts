import { INSTANCE_TYPES } from '../../catalog/types';
import type { SpotRequest } from '../../state/model';
import { setSpotStatus } from '../../state/spot-status';
import type { Actions, Body, Call } from '../action';
import { applyFilters, type FilterTable, tagged } from '../filters';
import { priceText } from '../launch/spot-options';
import { findAll } from '../lookup';
import { page, seqKey } from '../paging';
import { errors } from '../protocol/errors';
import { type Groups, renderGroups, renderTags } from '../render/instance';

const PRODUCT = 'Linux/UNIX';

const FILTERS: FilterTable<SpotRequest> = tagged({
  'availability-zone-group': () => undefined,
  'create-time': (r) => r.createTime,
  'instance-id': (r) => r.instanceId,
  'launch.image-id': (r) => r.imageId,
  'launch.instance-type': (r) => r.instanceType,
  'launched-availability-zone': (r) => r.zone,
  'product-description': () => PRODUCT,
  'spot-instance-request-id': (r) => r.id,
  'spot-price': (r) => r.maxPrice,
  state: (r) => r.state,
  'status-code': (r) => r.statusCode,
  'status-message': (r) => r.statusMessage,
  type: (r) => r.type,
});

function describeRequests({ cloud, params }: Call): Body {
  const ids = params.list('SpotInstanceRequestId');
  const visible = [...cloud.store.spotRequests.values()].filter((r) => cloud.store.isVisible(r.instanceId));
  const named = ids.length > 0 ? findAll('spotRequest', ids, (id) => visible.find((r) => r.id === id)) : visible;
  const found = applyFilters(params, FILTERS, named);
  const { items, nextToken } = page(params, 'spotRequests', found, (r) => seqKey(r.seq), ids.length > 0);
  return {
    spotInstanceRequestSet: items.map((request) => renderRequest(request, cloud.store.securityGroups)),
    nextToken,
  };
}

function renderRequest(request: SpotRequest, groups: Groups): Body {
  return {
    spotInstanceRequestId: request.id,
    spotPrice: request.maxPrice,
    type: request.type,
    state: request.state,
    status: { code: request.statusCode, message: request.statusMessage, updateTime: request.statusTime },
    validUntil: request.validUntil,
    launchSpecification: {
      imageId: request.imageId,
      keyName: request.keyName,
      groupSet: renderGroups(groups, request.securityGroupIds),
      instanceType: request.instanceType,
      placement: { availabilityZone: request.zone },
      subnetId: request.subnetId,
      monitoring: { enabled: false },
    },
    instanceId: request.instanceId,
    createTime: request.createTime,
    productDescription: PRODUCT,
    tagSet: renderTags(request.tags),
    launchedAvailabilityZone: request.zone,
    instanceInterruptionBehavior: request.interruptionBehavior,
  };
}

/** A running instance outlives its request; a stopped one is terminated with it. A closed request stays closed. */
function cancelRequests(call: Call): Body {
  const { cloud, params } = call;
  const ids = params.list('SpotInstanceRequestId');
  if (ids.length === 0) throw errors.missingParameter('SpotInstanceRequestId');
  const requests = findAll('spotRequest', ids, (id) => cloud.store.spotRequests.get(id));
  call.proceed();
  for (const request of requests) {
    if (!['open', 'active', 'disabled'].includes(request.state)) continue;
    const found = cloud.store.instances.get(request.instanceId ?? '');
    const instance = found && found.state !== 'terminated' && found.state !== 'shutting-down' ? found : undefined;
    setSpotStatus(request, instance ? 'request-canceled-and-instance-running' : 'canceled-before-fulfillment');
    if (instance && (instance.state === 'stopped' || instance.state === 'stopping')) {
      cloud.lifecycle.apply('terminate', [instance]);
    }
  }
  return {
    spotInstanceRequestSet: requests.map((request) => ({ spotInstanceRequestId: request.id, state: request.state })),
  };
}

interface Price {
  instanceType: string;
  zone: string;
  usd: number;
  timestamp: Date;
}

const PRICE_FILTERS: FilterTable<Price> = {
  'availability-zone': (p) => p.zone,
  'instance-type': (p) => p.instanceType,
  'product-description': () => PRODUCT,
  'spot-price': (p) => priceText(p.usd),
  timestamp: (p) => p.timestamp,
};

const HOUR_MS = 3_600_000;

/** Prices of the table, which last changed in the past hours; a change every six hours, a few percent each. */
function priceHistory(from: Date, until: Date): Price[] {
  const step = 6 * HOUR_MS;
  const last = Math.floor(until.getTime() / step) * step;
  const prices: Price[] = [];
  for (const type of INSTANCE_TYPES) {
    for (const [zone, usd] of Object.entries(type.spotUsd)) {
      for (let at = last, age = 0; ; at -= step, age++) {
        const factor = age === 0 ? 1 : 1 + 0.02 * Math.sin(at / step + usd);
        prices.push({ instanceType: type.name, zone, usd: usd * factor, timestamp: new Date(at) });
        // The last change before the start is part of the answer: it was the price at the start.
        if (at <= from.getTime() || age >= 360) break;
      }
    }
  }
  return prices;
}

function describePrices({ params }: Call): Body {
  const until = params.date('EndTime') ?? new Date();
  const from = params.date('StartTime') ?? new Date(Math.min(until.getTime(), Date.now()) - 24 * HOUR_MS);
  const types = params.list('InstanceType');
  const products = params.list('ProductDescription');
  const zone = params.string('AvailabilityZone');
  const matching = priceHistory(from, until).filter(
    (price) =>
      (types.length === 0 || types.includes(price.instanceType)) &&
      (products.length === 0 || products.some((name) => name === PRODUCT || name === `${PRODUCT} (Amazon VPC)`)) &&
      (zone === undefined || zone === price.zone),
  );
  const found = applyFilters(params, PRICE_FILTERS, matching);
  // Newest first.
  const key = (price: Price) =>
    `${String(9e15 - price.timestamp.getTime()).padStart(17, '0')} ${price.instanceType} ${price.zone}`;
  const { items, nextToken } = page(params, 'spotPrices', found, key);
  return {
    spotPriceHistorySet: items.map((price) => ({
      instanceType: price.instanceType,
      productDescription: PRODUCT,
      spotPrice: priceText(price.usd),
      timestamp: price.timestamp,
      availabilityZone: price.zone,
    })),
    nextToken: nextToken ?? '',
  };
}

export const spotActions: Actions = {
  DescribeSpotInstanceRequests: {
    parameters: ['Filter', 'SpotInstanceRequestId', 'MaxResults', 'NextToken'],
    run: describeRequests,
  },
  CancelSpotInstanceRequests: { parameters: ['SpotInstanceRequestId'], run: cancelRequests },
  DescribeSpotPriceHistory: {
    parameters: [
      'AvailabilityZone',
      'EndTime',
      'Filter',
      'InstanceType',
      'MaxResults',
      'NextToken',
      'ProductDescription',
      'StartTime',
    ],
    run: describePrices,
  },
};
