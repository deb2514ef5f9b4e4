import { ACCOUNT_ID, REGION } from '../catalog/network';
import type { Instance } from '../state/model';
import type { Store } from '../state/store';
import type { Target } from './model';

/** AWS FIS quotas: "Target Spot instances for aws:ec2:send-spot-instance-interruptions". */
export const MAX_INSTANCES = 5;

/** Of DescribeInstances, as filters of FIS name them. */
const PATHS: Record<string, (instance: Instance) => string> = {
  'State.Name': ({ state }) => state,
  InstanceType: ({ type }) => type.name,
  'Placement.AvailabilityZone': ({ zone }) => zone,
};

export const instanceArn = (id: string): string => `arn:aws:ec2:${REGION}:${ACCOUNT_ID}:instance/${id}`;

/** A path that this cloud's filters do not know. */
export const unknownPath = (target: Target): string | undefined =>
  target.filters?.find(({ path }) => !Object.hasOwn(PATHS, path))?.path;

/** The running spot instances that a target means now; of a count or a part of them, any. */
export function resolve(store: Store, target: Target): Instance[] {
  const { resourceArns, resourceTags = {}, filters = [], selectionMode } = target;
  const found = store
    .visibleInstances()
    .filter(
      (instance) =>
        instance.market === 'spot' &&
        instance.state === 'running' &&
        (resourceArns === undefined || resourceArns.includes(instanceArn(instance.id))) &&
        Object.entries(resourceTags).every(([key, value]) => instance.tags.get(key) === value) &&
        filters.every(({ path, values }) => values.includes(PATHS[path]?.(instance) ?? '')),
    );
  const [, kind, amount] = /^(COUNT|PERCENT)\((\d+)\)$/.exec(selectionMode) ?? [];
  if (kind === undefined) return found;
  const most = kind === 'COUNT' ? Number(amount) : Math.ceil((found.length * Number(amount)) / 100);
  return [...found].sort(() => Math.random() - 0.5).slice(0, most);
}
