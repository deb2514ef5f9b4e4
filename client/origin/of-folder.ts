import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/client';
import { WORKFLOW_TYPE } from '../../contract';
import { deriveRunKey } from '../../contract/tokens';
import { addressOf, type RunAddress } from '../runs/resolve-run';
import { rememberedRun } from './memory';
import { readOrigin, realFolder } from './origin';
import { type Person, personOf } from './person';

/** How many runs are looked through; the newest come first. */
const LOOKUP_LIMIT = 1000;

/** A run that this person started from a folder. */
export interface FolderRun {
  address: RunAddress;
  open: boolean;
  startedAt: Date;
}

type Execution = Pick<
  WorkflowExecutionInfo,
  'workflowId' | 'runId' | 'startTime' | 'closeTime' | 'memo' | 'searchAttributes'
>;

/**
 * The runs that this person started from `folder` or that sent its code, newest first; of those further back than the first 1000
 * of the installation nothing is known. `open`: only those that have not ended.
 */
export async function runsOfFolder(
  client: Client,
  home: string,
  folder: string,
  options: { open?: boolean; enough?: number } = {},
): Promise<FolderRun[]> {
  const [real, person] = [realFolder(folder), personOf(home)];
  if (person.home === '') return [];
  const found = new Map<string, FolderRun>();
  const remembered = rememberedRun(home, real);
  if (remembered) {
    const execution = await described(client, remembered);
    if (execution && isOf(execution, real, person)) found.set(execution.runId, folderRun(execution));
  }
  const query = `WorkflowType = "${WORKFLOW_TYPE}"${options.open ? ' AND ExecutionStatus = "Running"' : ''}`;
  let seen = 0;
  for await (const info of client.workflow.list({ query, pageSize: 100 })) {
    if (isOf(info, real, person)) found.set(info.runId, folderRun(info));
    seen += 1;
    if (seen >= LOOKUP_LIMIT || found.size >= (options.enough ?? LOOKUP_LIMIT)) break;
  }
  return [...found.values()]
    .filter(({ open }) => open || !options.open)
    .sort((a, b) => b.startedAt.getTime() - a.startedAt.getTime());
}

/** The run that this person started last from a folder, as remembered on this machine: Temporal may have forgotten it. */
export function pastOfFolder(home: string, folder: string): RunAddress | undefined {
  const entry = rememberedRun(home, realFolder(folder));
  if (!entry) return undefined;
  return { workflowId: entry.run, runId: entry.runId, runKey: deriveRunKey(entry.run, entry.runId), past: true };
}

/** Whether a person started a run from a folder, or sent its code. One of a Schedule was started by nobody. */
export function isOf(execution: Pick<Execution, 'memo'>, folder: string, person: Person): boolean {
  const origin = readOrigin(execution.memo);
  return (
    origin !== undefined &&
    origin.schedule === undefined &&
    origin.user === person.user &&
    origin.home === person.home &&
    origin.folders.includes(folder)
  );
}

async function described(client: Client, entry: { run: string; runId: string }): Promise<Execution | undefined> {
  try {
    return await client.workflow.getHandle(entry.run, entry.runId).describe();
  } catch (error) {
    // Of another server, or so old that it is gone.
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

function folderRun(execution: Execution): FolderRun {
  return { address: addressOf(execution), open: execution.closeTime === undefined, startedAt: execution.startTime };
}
