import { WorkflowNotFoundError } from '@temporalio/client';
import type { RunHandle } from '../../../client';
import { scenarioRunPrefix, TAGS, taggedRunId, WORKFLOW_TYPE } from '../../../contract';
import type { UndoContext } from '../scenario';

/** So many numbers in a row may be free before no more runs are looked for: some are given and not used. */
const GAP = 5;

/**
 * The runs of a scenario, by what outlives its process: ids that are counted (Temporal knows a run by its id at once), Temporal's list
 * (a moment late), and the tags in EC2.
 */
export async function runsOf(context: UndoContext): Promise<RunHandle[]> {
  const ids = new Set([...(await countedIds(context)), ...(await listedIds(context)), ...(await taggedIds(context))]);
  const found = await Promise.all([...ids].sort().map((id) => handleOf(context, id)));
  return found.filter((run) => run !== undefined);
}

/** Undefined: Temporal has no run of exactly this id. */
async function handleOf({ client, temporal }: UndoContext, id: string): Promise<RunHandle | undefined> {
  if (!(await isThere(temporal, id))) return undefined;
  return client.get(id);
}

async function countedIds({ temporal, tag, name }: UndoContext): Promise<string[]> {
  const ids: string[] = [];
  let free = 0;
  for (let number = 1; free < GAP; number++) {
    const id = `${scenarioRunPrefix(tag, name)}${number}`;
    const there = await isThere(temporal, id);
    if (there) ids.push(id);
    free = there ? 0 : free + 1;
  }
  return ids;
}

async function isThere(temporal: UndoContext['temporal'], id: string): Promise<boolean> {
  try {
    return (await temporal.workflow.getHandle(id).describe()).type === WORKFLOW_TYPE;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}

async function listedIds({ temporal, tag, name }: UndoContext): Promise<string[]> {
  const ids: string[] = [];
  const query = `WorkflowType = "${WORKFLOW_TYPE}" AND WorkflowId STARTS_WITH "${scenarioRunPrefix(tag, name)}"`;
  for await (const { workflowId } of temporal.workflow.list({ query })) ids.push(workflowId);
  return ids;
}

async function taggedIds(context: UndoContext): Promise<string[]> {
  return (await instancesOf(context)).map(({ tags }) => taggedRunId(tags)).filter((id) => id !== undefined);
}

const ofScenario = ({ tag, name }: UndoContext) => {
  const prefix = scenarioRunPrefix(tag, name);
  return ({ tags }: { tags: Record<string, string> }): boolean => taggedRunId(tags)?.startsWith(prefix) === true;
};

const tagsOf = ({ tag, settings }: UndoContext): Record<string, string> => ({
  [TAGS.project]: tag,
  [TAGS.installation]: settings.installation,
});

const instancesOf = async (context: UndoContext) =>
  (await context.ec2.describeInstances({ tags: tagsOf(context) })).filter(ofScenario(context));

/**
 * What EC2 shows alive of a scenario: by the tag of the suite, and of the runs that are known also by their keys, for the case that a
 * tag was forgotten.
 */
export async function aliveOf(context: UndoContext, runs: readonly RunHandle[]) {
  const { ec2 } = context;
  const byTag = tagsOf(context);
  const all = [byTag, ...runs.map(({ runKey }) => ({ [TAGS.runKey]: runKey }))];
  const mine = ofScenario(context);
  const ask = async <T extends { id: string; tags: Record<string, string> }>(
    describe: (tags: Record<string, string>) => Promise<T[]>,
  ): Promise<T[]> => {
    const answers = await Promise.all(
      all.map(async (tags) => {
        const found = await describe(tags);
        return tags === byTag ? found.filter(mine) : found;
      }),
    );
    return [...new Map(answers.flat().map((one) => [one.id, one])).values()];
  };
  const [instances, volumes, requests] = await Promise.all([
    ask((tags) => ec2.describeInstances({ tags })),
    ask((tags) => ec2.describeVolumes(tags)),
    ask((tags) => ec2.describeSpotRequests(tags)),
  ]);
  return {
    instances: instances.filter(({ state }) => state !== 'terminated' && state !== 'gone'),
    volumes: volumes.filter(({ state }) => state !== 'deleting' && state !== 'deleted'),
    requests: requests.filter(({ state }) => state === 'open' || state === 'active'),
  };
}

export type Alive = Awaited<ReturnType<typeof aliveOf>>;

export const aliveWords = ({ instances, volumes, requests }: Alive): string[] => [
  ...instances.map(({ id, state }) => `instance ${id} (${state})`),
  ...volumes.map(({ id, state }) => `volume ${id} (${state})`),
  ...requests.map(({ id, state }) => `spot request ${id} (${state})`),
];
