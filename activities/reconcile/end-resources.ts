import { sleep } from '@temporalio/activity';
import { awsErrorCode, awsErrorMessage, type Ec2 } from '../../adapters/aws';
import type { EndDone, FoundResource, JudgedResource, ReconcileActivities } from '../../contract';
import { type ActivityDeps, withHeartbeat } from '../step';
import { findResources } from './find';
import { judge, judged, type Owner } from './judge';
import type { Runs } from './runs';

/** Between looks: from the first, doubling, to the last. */
const PAUSES_MS = { first: 200, longest: 5_000 };

/** How long an instance may take to end within one pass. Seconds; EC2 mostly takes less than a minute. */
const PATIENCE = 90;

export interface EndOptions {
  now?: () => number;
  patienceSeconds?: number;
}

/**
 * Ends what nobody owns of one workflow id, and looks until EC2 shows them gone. Root disks that stayed behind are ended with their instance.
 * Before each call, EC2 is asked for the resource again and Temporal for the run, in this order: a run that began to own it
 * meanwhile is then seen to be open.
 */
export function createEndResources(
  deps: Pick<ActivityDeps, 'ec2' | 'settings' | 'namespaceId' | 'log'>,
  runs: Runs,
  { now = Date.now, patienceSeconds = PATIENCE }: EndOptions = {},
): ReconcileActivities['endResources'] {
  const owner: Owner = { installation: deps.settings.installation, namespaceId: deps.namespaceId };
  return ({ run, regions }) =>
    withHeartbeat(async ({ say }) => {
      const until = Date.now() + patienceSeconds * 1000;
      /** What was asked to end, and why; and what EC2 said against it. */
      const asked = new Map<string, JudgedResource>();
      const why = new Map<string, string>();
      for (let pause = PAUSES_MS.first; ; pause = Math.min(pause * 2, PAUSES_MS.longest)) {
        const found = await look(regions, run);
        for (const resource of found) await endOne(resource, run, asked, why);
        const left = found.filter(({ id, attachedTo = [] }) => asked.has(id) || attachedTo.some((to) => asked.has(to)));
        if (left.length === 0 || Date.now() + pause > until) return report(asked, why, left);
        say(`${left.length} of ${asked.size} still there`);
        await sleep(pause);
      }
    });

  async function look(regions: string[], run: string): Promise<FoundResource[]> {
    return (await Promise.all(regions.map((region) => findResources(deps.ec2.in(region), owner, run)))).flat();
  }

  async function endOne(
    resource: FoundResource,
    run: string,
    asked: Map<string, JudgedResource>,
    why: Map<string, string>,
  ): Promise<void> {
    const verdict = judge(resource, owner, await runs.stateOf(run), now());
    if (!verdict.end) return;
    asked.set(resource.id, judged(resource, run, verdict.reason));
    try {
      await send(deps.ec2.in(resource.region), resource);
      why.delete(resource.id);
      deps.log.warn({ run, [resource.kind]: resource.id, reason: verdict.reason }, 'ended: no live run owns it');
    } catch (error) {
      const code = awsErrorCode(error);
      // Gone between look and call.
      if (!code?.endsWith('.NotFound')) why.set(resource.id, `${code ?? 'no answer'}: ${awsErrorMessage(error)}`);
    }
  }
}

/** One by one: a single bad or protected id would fail the call for all. */
function send(ec2: Ec2, { kind, id }: FoundResource): Promise<void> {
  if (kind === 'instance') return ec2.terminateInstances([id]);
  return kind === 'volume' ? ec2.deleteVolume(id) : ec2.cancelSpotRequests([id]);
}

function report(asked: Map<string, JudgedResource>, why: Map<string, string>, left: FoundResource[]): EndDone {
  const still = new Map(left.map(({ id, state }) => [id, state]));
  return {
    ended: [...asked.values()].filter(({ id }) => !still.has(id)),
    pending: [...still].map(([id, state]) => ({ id, why: (why.get(id) ?? `still ${state}`).slice(0, 300) })),
  };
}
