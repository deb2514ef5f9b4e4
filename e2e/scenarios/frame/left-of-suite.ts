import { createInventory, type TaggedResource } from '../../../adapters/aws';
import type { RunHandle, TrainctlClient } from '../../../client';
import {
  isMadeSuiteTag,
  type Leftover,
  runPrefix,
  scenarioPrefix,
  scenarioRunPrefix,
  TAGS,
  taggedRunId,
  WORKFLOW_TYPE,
} from '../../../contract';
import { codeKeysOf } from './code-of-run';
import { pastKeysOf } from './past';

export interface LeftOf {
  client: TrainctlClient;
  /** Of the suite. */
  tag: string;
  /** A scenario that still goes on: what it has is no leftover yet. */
  except?: string;
}

/** What is left of a suite, by where. */
export interface LeftBehind {
  ec2: Leftover[];
  s3: Leftover[];
  temporal: Leftover[];
}

/**
 * What has the tag of a suite and is still there, after all its scenarios. It is asked for by the tag alone, and so finds what a
 * scenario has lost sight of. Reports are kept.
 */
export async function leftOfSuite(of: LeftOf): Promise<Leftover[]> {
  const { ec2, s3, temporal } = await leftBehind(of);
  return [...ec2, ...s3, ...temporal];
}

export async function leftBehind(of: LeftOf): Promise<LeftBehind> {
  const inventory = createInventory(of.client.settings);
  try {
    const runs = await runsOfSuite(of);
    const [tagged, keys, schedules] = await Promise.all([
      inventory.tagged({ [TAGS.project]: of.tag }),
      runKeys(of, runs),
      schedulesOf(of),
    ]);
    const { settings, store } = of.client;
    const below = [`${settings.prefix}e2e/${of.tag}/`, ...keys.map((key) => runPrefix(settings.prefix, key))];
    const own = of.except === undefined ? undefined : scenarioPrefix(settings.prefix, of.tag, of.except);
    const s3: Leftover[] = [];
    const at = (key: string): string => `s3://${store.bucket}/${key}`;
    for (const prefix of below) {
      for await (const { key } of store.list(prefix)) if (!own || !key.startsWith(own)) s3.push(`object ${at(key)}`);
      for (const { key } of await inventory.openUploads(prefix))
        if (!own || !key.startsWith(own)) s3.push(`incomplete upload ${at(key)}`);
    }
    const isMeant = ({ id }: { id: string }): boolean => id.startsWith(`${of.tag}.`) && !isOwnRun(of, id);
    for (const key of await pastKeysOf({ objects: store, settings }, isMeant)) s3.push(`object ${at(key)}`);
    for (const run of runs.handles)
      for (const key of await codeKeysOf(run, of.client))
        if (await store.head(key)) s3.push(`code ${at(key)} of ${run.run}`);
    return {
      ec2: tagged.filter((one) => !isOwn(of, one)).map(words),
      s3,
      temporal: [...runs.open.map((id) => `open workflow ${id}`), ...schedules.map((id) => `schedule ${id}`)],
    };
  } finally {
    inventory.close();
  }
}

/** What earlier suites of this installation have left in EC2: those of which no run is open, nor has ended a moment ago. */
export async function leftOfEarlier({ client, tag }: LeftOf): Promise<Leftover[]> {
  const { settings, temporal } = client;
  const inventory = createInventory(settings);
  try {
    const tagged = await inventory.tagged({
      [TAGS.project]: { startsWith: 'e2e-' },
      [TAGS.installation]: settings.installation,
    });
    const suiteOf = ({ tags }: TaggedResource): string => tags[TAGS.project] ?? tag;
    const left: Leftover[] = [];
    for (const suite of new Set(tagged.map(suiteOf))) {
      if (suite === tag || !isMadeSuiteTag(suite) || !(await isQuiet(temporal, suite))) continue;
      left.push(...tagged.filter((one) => suiteOf(one) === suite).map((one) => `${words(one)} of ${suite}`));
    }
    return left;
  } finally {
    inventory.close();
  }
}

/** After so long nothing of a suite can be on its way out any more. Milliseconds. */
const QUIET_MS = 30 * 60_000;

async function isQuiet(temporal: TrainctlClient['temporal'], suite: string): Promise<boolean> {
  const since = new Date(Date.now() - QUIET_MS).toISOString();
  const alive = `(ExecutionStatus = "Running" OR CloseTime > "${since}")`;
  return (await temporal.workflow.count(`WorkflowId STARTS_WITH "${suite}." AND ${alive}`)).count === 0;
}

const words = ({ kind, id, state, tags }: TaggedResource): Leftover =>
  [`${kind} ${id}`, state && `(${state})`, taggedRunId(tags) && `of ${taggedRunId(tags)}`].filter(Boolean).join(' ');

const isOwnRun = ({ tag, except }: LeftOf, id: string): boolean =>
  except !== undefined && id.startsWith(scenarioRunPrefix(tag, except));

const isOwn = (of: LeftOf, { tags }: TaggedResource): boolean => isOwnRun(of, taggedRunId(tags) ?? '');

/** Its runs as Temporal lists them, and those of them that are open: a list is a moment late, and says of what has just ended that it is open. */
async function runsOfSuite(of: LeftOf): Promise<{ handles: RunHandle[]; open: string[] }> {
  const { client, tag } = of;
  const { temporal } = client;
  const handles: RunHandle[] = [];
  const open: string[] = [];
  const query = `WorkflowType = "${WORKFLOW_TYPE}" AND WorkflowId STARTS_WITH "${tag}."`;
  for await (const { workflowId } of temporal.workflow.list({ query })) {
    if (isOwnRun(of, workflowId)) continue;
    handles.push(await client.get(workflowId));
    const { closeTime } = await temporal.workflow.getHandle(workflowId).describe();
    if (closeTime === undefined) open.push(workflowId);
  }
  return { handles, open };
}

/** Of the runs that Temporal lists, and of those whose instances EC2 still shows. */
async function runKeys(of: LeftOf, { handles }: { handles: readonly RunHandle[] }): Promise<string[]> {
  const instances = await of.client.ec2.describeInstances({ tags: { [TAGS.project]: of.tag } });
  const others = instances.filter(({ tags }) => !isOwn(of, { kind: 'instance', id: '', tags }));
  const tagged = others.flatMap(({ tags }) => tags[TAGS.runKey] ?? []);
  return [...new Set([...handles.map(({ runKey }) => runKey), ...tagged])];
}

async function schedulesOf({ client, tag }: LeftOf): Promise<string[]> {
  const found: string[] = [];
  for await (const { scheduleId } of client.temporal.schedule.list())
    if (scheduleId.startsWith(`${tag}.`)) found.push(scheduleId);
  return found;
}
