import type { Ec2, Instance, SpotRequest, Volume } from '../../adapters/aws';
import { type RunRef, TAGS } from '../../contract';

/** Something that EC2 still shows. */
export interface Left {
  id: string;
  /** In words: `running`, `in-use`, `active`. */
  state: string;
}

export interface Survey {
  region: string;
  /** Also the terminated ones: EC2 shows them for about an hour. */
  instances: Instance[];
  volumes: Volume[];
  spotRequests: SpotRequest[];
  /** Of these, what is not gone. */
  left: Left[];
}

export interface Wanted {
  tags: Record<string, string>;
  /** Found also while their tags are not visible yet. */
  clientTokens?: string[];
  ids?: string[];
}

/** EC2 deletes what it shows so without anybody's doing. */
const VOLUME_GONE = new Set(['deleting', 'deleted']);
/** An active request may bill through its instance; a disabled one may start its instance again. */
const SPOT_OPEN = new Set(['open', 'active', 'disabled']);

/** Asks EC2 once for everything that carries the tags, tokens or ids. */
export async function survey(ec2: Ec2, wanted: Wanted): Promise<Survey> {
  const { tags, clientTokens = [], ids = [] } = wanted;
  const [tagged, tokened, named, volumes, spotRequests] = await Promise.all([
    ec2.describeInstances({ tags }),
    clientTokens.length > 0 ? ec2.describeInstances({ clientTokens }) : [],
    ids.length > 0 ? ec2.describeInstances({ ids }) : [],
    ec2.describeVolumes(tags),
    ec2.describeSpotRequests(tags),
  ]);
  const instances = [...new Map([...tagged, ...tokened, ...named].map((i) => [i.id, i])).values()];
  const left: Left[] = [
    ...instances.filter(({ state }) => state !== 'terminated'),
    ...volumes.filter(({ state }) => !VOLUME_GONE.has(state)),
    ...spotRequests.filter(({ state }) => SPOT_OPEN.has(state)),
  ].map(({ id, state }) => ({ id, state }));
  return { region: ec2.region, instances, volumes, spotRequests, left };
}

/** Which of a survey's findings somebody must end; the rest goes by itself. */
export function toEnd({ instances, volumes, spotRequests }: Survey): {
  instances: string[];
  spotRequests: string[];
  volumes: string[];
} {
  return {
    instances: ids(instances.filter(({ state }) => state !== 'terminated' && state !== 'shutting-down')),
    spotRequests: ids(spotRequests.filter(({ state }) => SPOT_OPEN.has(state))),
    // Root disks go with their instance. One that stayed is attached to nothing.
    volumes: ids(volumes.filter(({ state, instanceIds }) => state === 'available' && instanceIds.length === 0)),
  };
}

const ids = (things: { id: string }[]): string[] => things.map(({ id }) => id);

/** Installation and namespace too: two of them may have runs of one name in one account. */
export const runTags = (run: RunRef): Record<string, string> => ({
  [TAGS.installation]: run.installation,
  [TAGS.namespace]: run.namespaceId,
  [TAGS.runKey]: run.runKey,
});
