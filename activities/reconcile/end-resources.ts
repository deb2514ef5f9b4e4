import { sleep } from '@temporalio/activity';
import { awsErrorCode, awsErrorMessage, type Ec2 } from '../../adapters/aws';
import {
  END_REASONS,
  type EndDone,
  type FoundResource,
  type JudgedResource,
  type ReconcileActivities,
  type RunState,
} from '../../contract';
import { type ActivityDeps, withHeartbeat } from '../step';
import { findResources } from './find';
import { hangsOnSilence, isGoing, judge, judged, type Owner } from './judge';
import { noteEnded } from './note-ended';
import type { Runs } from './runs';

/** Between looks: from the first, doubling, to the last. */
const PAUSES_MS = { first: 200, longest: 5_000 };

/** How long an instance may take to end within one look. Seconds; EC2 mostly takes less than a minute, and the next look goes on waiting. */
const PATIENCE = 90;

export interface EndOptions {
  now?: () => number;
  patienceSeconds?: number;
}

/**
 * Ends what nobody owns of one workflow id, and looks until EC2 shows them gone. Root disks that stayed behind are ended with their instance.
 * Before each call, EC2 is asked for the resource again and Temporal for the run, in this order: a run that began to own it
 * meanwhile is then seen to be open. An instance that is on its way out already, as an earlier look has left it, is waited for too: until
 * when it cost money is noted by whoever sees it gone.
 */
export function createEndResources(
  deps: Pick<ActivityDeps, 'ec2' | 'settings' | 'namespaceId' | 'store' | 'log'>,
  runs: Runs,
  { now = Date.now, patienceSeconds = PATIENCE }: EndOptions = {},
): ReconcileActivities['endResources'] {
  const owner: Owner = { installation: deps.settings.installation, namespaceId: deps.namespaceId };
  return ({ run, regions = [deps.settings.region] }) =>
    withHeartbeat(async ({ say }) => {
      const until = Date.now() + patienceSeconds * 1000;
      /** What was asked to end, and why; and what EC2 said against it. */
      const asked = new Map<string, JudgedResource>();
      const noted = new Set<string>();
      /** As they were found first. */
      const seen = new Map<string, FoundResource>();
      /** Instances that were on their way out when they were found, with why they would have been ended. */
      const going = new Map<string, JudgedResource>();
      const why = new Map<string, string>();
      let patiently: Promise<RunState> | undefined;
      const waitFor = () => {
        patiently ??= runs.stateOf(run, true);
        return patiently;
      };
      for (let pause = PAUSES_MS.first; ; pause = Math.min(pause * 2, PAUSES_MS.longest)) {
        const found = await look(regions, run);
        for (const resource of found) seen.set(resource.id, resource);
        for (const resource of found) await endOne(resource, run, asked, why, waitFor);
        for (const resource of found) if (!asked.has(resource.id)) await watch(resource, run, going);
        const shown = new Set(found.map(({ id }) => id));
        for (const [id, { reason }] of [...asked, ...going]) {
          const resource = seen.get(id);
          if (!resource || shown.has(id) || noted.has(id)) continue;
          noted.add(id);
          await noteEnded(deps, resource, reason, now());
        }
        const waited = (id: string): boolean => asked.has(id) || going.has(id);
        const left = found.filter(({ id, attachedTo = [] }) => waited(id) || attachedTo.some(waited));
        if (left.length === 0 || Date.now() + pause > until)
          return { ...report(asked, why, left), where: { ...owner, regions } };
        say(`${left.length} of ${asked.size + going.size} still there`);
        await sleep(pause);
      }
    });

  async function look(regions: string[], run: string): Promise<FoundResource[]> {
    return (await Promise.all(regions.map((region) => findResources(deps.ec2.in(region), owner, run)))).flat();
  }

  /** A run that is open ends its own instances, and knows what they cost. */
  async function watch(resource: FoundResource, run: string, going: Map<string, JudgedResource>): Promise<void> {
    if (resource.kind !== 'instance' || !isGoing(resource) || going.has(resource.id)) return;
    const verdict = judge({ ...resource, state: 'running' }, owner, await runs.stateOf(run), now());
    if (verdict.end && verdict.reason === 'closed-run') going.set(resource.id, judged(resource, run, verdict.reason));
  }

  async function endOne(
    resource: FoundResource,
    run: string,
    asked: Map<string, JudgedResource>,
    why: Map<string, string>,
    waitFor: () => Promise<RunState>,
  ): Promise<void> {
    let state = await runs.stateOf(run);
    let verdict = judge(resource, owner, state, now());
    if (verdict.end && hangsOnSilence(resource, state, now())) {
      state = await waitFor();
      verdict = judge(resource, owner, state, now());
    }
    if (!verdict.end) return;
    asked.set(resource.id, judged(resource, run, verdict.reason));
    try {
      await send(deps.ec2.in(resource.region), resource);
      why.delete(resource.id);
      deps.log.warn(
        { run, [resource.kind]: resource.id, reason: verdict.reason },
        `ended: ${END_REASONS[verdict.reason]}`,
      );
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
