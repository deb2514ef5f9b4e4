import { errors } from './protocol/errors';
import type { Params } from './protocol/params';

export interface PagingRule {
  min: number;
  max: number;
  /** Larger sizes are clipped instead of refused. */
  clips?: boolean;
  /** Page size when none is asked for; undefined: everything. */
  fallback?: number;
  /** Wording of the VPC family of calls, or of the older ones. */
  family: 'instances' | 'vpc';
  /** How the error names the list of ids that excludes paging; undefined: ids may be paged. */
  idsName?: string;
}

const PAGING = {
  instances: { min: 5, max: 1000, family: 'instances', idsName: 'instancesSet' },
  instanceStatus: { min: 5, max: 1000, family: 'instances', idsName: 'instancesSet' },
  volumes: { min: 5, max: 1000, clips: true, family: 'instances', idsName: 'volumeIdsSet' },
  snapshots: { min: 5, max: 1000, clips: true, family: 'instances', idsName: 'snapshotSet' },
  networkInterfaces: { min: 5, max: 1000, family: 'vpc', idsName: 'networkInterfaceIdSet' },
  spotRequests: { min: 5, max: 1000, family: 'instances', idsName: 'spotInstanceRequestIdSet' },
  spotPrices: { min: 1, max: 1000, clips: true, fallback: 1000, family: 'instances' },
  tags: { min: 5, max: 1000, family: 'instances' },
  instanceTypes: { min: 5, max: 100, family: 'instances', idsName: 'instanceTypesSet', fallback: 100 },
  offerings: { min: 5, max: 1000, family: 'instances', fallback: 1000 },
  images: { min: 1, max: 1000, family: 'instances', idsName: 'imagesSet' },
  vpcs: { min: 5, max: 1000, family: 'vpc', idsName: 'VpcIds' },
  subnets: { min: 5, max: 1000, family: 'vpc', idsName: 'SubnetIds' },
  securityGroups: { min: 5, max: 1000, family: 'vpc', idsName: 'securityGroupIdSet' },
} as const satisfies Record<string, PagingRule>;

export type Paged = keyof typeof PAGING;

/**
 * One page. `key` orders entities and never changes, so that a page goes on where the one before ended, whatever was
 * created or removed in between.
 * @param hasIds - whether the request names ids; EC2 refuses those together with a page size.
 */
export function page<T>(
  params: Params,
  kind: Paged,
  entities: readonly T[],
  key: (entity: T) => string,
  hasIds = false,
): { items: T[]; nextToken: string | undefined } {
  const rule: PagingRule = PAGING[kind];
  const asked = params.integer('MaxResults');
  const token = params.string('NextToken') || undefined;
  if (asked !== undefined && hasIds && rule.idsName) {
    throw errors.invalidCombination(
      `The parameter ${rule.idsName} cannot be used with the parameter ${rule.family === 'vpc' ? 'MaxResults' : 'maxResults'}`,
    );
  }
  const size = pageSize(rule, asked);
  const after = token === undefined ? undefined : readToken(rule, kind, token);
  const sorted = [...entities].sort((a, b) => compare(key(a), key(b)));
  const rest = after === undefined ? sorted : sorted.filter((entity) => compare(key(entity), after) > 0);
  const items = rest.slice(0, size);
  const last = items[items.length - 1];
  const more = rest.length > items.length && last !== undefined;
  return { items, nextToken: more ? writeToken(kind, key(last)) : undefined };
}

/** A key that sorts by number. */
export const seqKey = (seq: number): string => String(seq).padStart(12, '0');

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function pageSize(rule: PagingRule, asked: number | undefined): number {
  if (asked === undefined) return rule.fallback ?? Number.POSITIVE_INFINITY;
  if (asked < rule.min) {
    throw errors.invalidValue(
      rule.family === 'vpc'
        ? `Value ( ${asked} ) for parameter MaxResults is invalid. Expecting a value greater than or equal to ${rule.min}.`
        : `Value ( ${asked} ) for parameter maxResults is invalid. Expecting a value greater than ${rule.min}.`,
    );
  }
  if (asked > rule.max && !rule.clips) {
    throw errors.invalidValue(
      rule.family === 'vpc'
        ? `Value ( ${asked} ) for parameter MaxResults is invalid. Expecting a value smaller than or equal to ${rule.max}.`
        : `Value ( ${asked} ) for parameter maxResults is invalid. Expecting a value smaller than ${rule.max}.`,
    );
  }
  return Math.min(asked, rule.max);
}

const writeToken = (kind: Paged, last: string): string => Buffer.from(`${kind} ${last}`).toString('base64');

function readToken(rule: PagingRule, kind: Paged, token: string): string {
  const text = Buffer.from(token, 'base64').toString('utf8');
  if (text.startsWith(`${kind} `)) return text.slice(kind.length + 1);
  throw errors.invalidValue(
    rule.family === 'vpc'
      ? `Value ( ${token} ) for parameter NextToken is invalid. The token is invalid.`
      : 'Unable to parse pagination token',
  );
}
