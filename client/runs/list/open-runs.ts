import type { Client } from '@temporalio/client';
import { PHASES, type Phase, queuesOf } from '../../../contract';
import { addressOf, type RunAddress } from '../resolve-run';
import { listQuery } from './list-runs';

export interface OpenRun {
  address: RunAddress;
  phase: Phase;
  startedAt: Date;
}

/** Every open run of an installation, newest first. Temporal's lists are a second behind. */
export async function openRuns(
  client: Client,
  { installation, project }: { installation: string; project?: string },
): Promise<OpenRun[]> {
  const filter = listQuery({ open: true, ...(project === undefined ? {} : { project }) });
  // Another installation may have runs of its own in the same namespace. Names of queues have no quotes.
  const query = `${filter} AND TaskQueue = "${queuesOf(installation).main}"`;
  const found: OpenRun[] = [];
  for await (const info of client.workflow.list({ query })) {
    const said = info.searchAttributes.TrainctlPhase?.[0];
    found.push({
      address: addressOf(info),
      phase: PHASES.find((phase) => phase === said) ?? 'resolving',
      startedAt: info.startTime,
    });
  }
  return found;
}
