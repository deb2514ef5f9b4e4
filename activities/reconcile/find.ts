import type { Ec2 } from '../../adapters/aws';
import { type FoundResource, runIdTags, TAGS } from '../../contract';
import { survey } from '../undo';
import type { Owner } from './judge';

/** Everything that EC2 shows alive with the owner's tags, or of one of its runs, in one region. */
export async function findResources(ec2: Ec2, owner: Owner, run?: string): Promise<FoundResource[]> {
  const tags = {
    [TAGS.installation]: owner.installation,
    [TAGS.namespace]: owner.namespaceId,
    ...(run === undefined ? {} : runIdTags(run)),
  };
  const { instances, volumes, spotRequests, left, region } = await survey(ec2, { tags });
  const alive = new Set(left.map(({ id }) => id));
  const found: FoundResource[] = [
    ...instances.map(({ id, state, launchedAt, tags }) => ({
      kind: 'instance' as const,
      id,
      region,
      state,
      tags,
      ...(launchedAt === undefined ? {} : { createdAt: launchedAt }),
    })),
    ...volumes.map(({ id, state, createdAt, instanceIds, tags }) => ({
      kind: 'volume' as const,
      id,
      region,
      state,
      tags,
      attachedTo: instanceIds,
      ...(createdAt === undefined ? {} : { createdAt }),
    })),
    ...spotRequests.map(({ id, state, createdAt, tags }) => ({
      kind: 'spot-request' as const,
      id,
      region,
      state,
      tags,
      ...(createdAt === undefined ? {} : { createdAt }),
    })),
  ];
  return found.filter(({ id }) => alive.has(id));
}
