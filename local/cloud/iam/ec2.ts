import { ACCOUNT_ID, REGION } from '../catalog/network';
import type { Params } from '../ec2/protocol/params';
import { readTagSpecifications } from '../ec2/tags';
import type { Store } from '../state/store';
import { type IamRequest, tagContext } from './log';

const arn = (kind: string): string => `arn:aws:ec2:${REGION}:${kind === 'image' ? '' : ACCOUNT_ID}:${kind}/*`;

/** What a launch touches whatever it asks for; the spot request beside, if it is one. */
const LAUNCHED = ['instance', 'volume', 'network-interface'] as const;
const USED = ['image', 'subnet', 'security-group'] as const;

/** Actions on resources that exist: their parameter, and the kind of it. */
const ON_EXISTING: Record<string, { parameter: string; kind: string; find: keyof Finders }> = {
  TerminateInstances: { parameter: 'InstanceId', kind: 'instance', find: 'instances' },
  StopInstances: { parameter: 'InstanceId', kind: 'instance', find: 'instances' },
  StartInstances: { parameter: 'InstanceId', kind: 'instance', find: 'instances' },
  RebootInstances: { parameter: 'InstanceId', kind: 'instance', find: 'instances' },
  ModifyInstanceAttribute: { parameter: 'InstanceId', kind: 'instance', find: 'instances' },
  CancelSpotInstanceRequests: {
    parameter: 'SpotInstanceRequestId',
    kind: 'spot-instances-request',
    find: 'spotRequests',
  },
  DeleteVolume: { parameter: 'VolumeId', kind: 'volume', find: 'volumes' },
};

type Finders = Pick<Store, 'instances' | 'spotRequests' | 'volumes'>;

/** The rights that a call of EC2 needs. */
export function ec2Requests(action: string, params: Params, store: Finders): IamRequest[] {
  if (action === 'RunInstances') return launchRequests(params);
  const existing = Object.hasOwn(ON_EXISTING, action) ? ON_EXISTING[action] : undefined;
  if (!existing) return [{ action: `ec2:${action}`, resource: '*' }];
  const { parameter, kind, find } = existing;
  const single = params.string(parameter);
  return [...params.list(parameter), ...(single === undefined ? [] : [single])].flatMap((id) => {
    const found = store[find].get(id);
    // The tags of what is not there, or no longer, are not known: they neither fit a condition nor break it.
    if (!found) return [];
    return [{ action: `ec2:${action}`, resource: arn(kind), context: tagContext('aws:ResourceTag', found.tags) }];
  });
}

function launchRequests(params: Params): IamRequest[] {
  const tags = tagsOf(params);
  const spot = params.struct('InstanceMarketOptions')?.string('MarketType') === 'spot';
  const made = [...LAUNCHED, ...(spot ? ['spot-instances-request'] : [])].map((kind) => ({
    action: 'ec2:RunInstances',
    resource: arn(kind),
    context: tagContext('aws:RequestTag', tags.get(kind) ?? new Map()),
  }));
  const used = USED.map((kind) => ({ action: 'ec2:RunInstances', resource: arn(kind) }));
  const tagged = [...tags]
    .filter(([, own]) => own.size > 0)
    .map(([kind, own]) => ({
      action: 'ec2:CreateTags',
      resource: arn(kind),
      context: { 'ec2:CreateAction': 'RunInstances', ...tagContext('aws:RequestTag', own) },
    }));
  return [...made, ...used, ...tagged];
}

/** A launch that is malformed is refused by the action. */
function tagsOf(params: Params): Map<string, Map<string, string>> {
  try {
    return new Map(Object.entries(readTagSpecifications(params)));
  } catch {
    return new Map();
  }
}
