import {
  type FoundResource,
  type JudgedResource,
  type LeaveReason,
  type LeftAlone,
  MAX_TO_END,
  type ReconcileActivities,
  TAGS,
} from '../../contract';
import { type ActivityDeps, withHeartbeat, withPlainAwsErrors } from '../step';
import { findResources } from './find';
import { judge, judged, type Owner, runOf } from './judge';
import { type Runs, statesOf } from './runs';

const EXAMPLES = 10;

/** Looks at all that carries the installation's tags, asks after each run once, and judges. */
export function createSurveyResources(
  deps: Pick<ActivityDeps, 'ec2' | 'settings' | 'namespaceId'>,
  runs: Runs,
  now: () => number = Date.now,
): ReconcileActivities['surveyResources'] {
  return () =>
    withHeartbeat(async ({ say }) => {
      const owner: Owner = { installation: deps.settings.installation, namespaceId: deps.namespaceId };
      // A run launches in the region of its installation's settings alone.
      const regions = [deps.settings.region];
      const found = await withPlainAwsErrors('listing what the installation owns', async () =>
        (await Promise.all(regions.map((region) => findResources(deps.ec2.in(region), owner)))).flat(),
      );
      const states = await statesOf(
        runs,
        found.flatMap((resource) => runOf(resource) ?? []),
        say,
      );
      const toEnd: JudgedResource[] = [];
      const left = new Map<LeaveReason, LeftAlone>();
      for (const resource of found) {
        const run = runOf(resource) ?? '';
        const verdict = judge(resource, owner, states.get(run) ?? { kind: 'silent', why: 'it names no run' }, now());
        if (verdict.end) toEnd.push(judged(resource, run, verdict.reason));
        else note(left, verdict.reason, resource);
      }
      return {
        ...owner,
        regions,
        seen: found.length,
        toEnd: toEnd.slice(0, MAX_TO_END),
        more: Math.max(0, toEnd.length - MAX_TO_END),
        leftAlone: [...left.values()],
      };
    });
}

function note(left: Map<LeaveReason, LeftAlone>, reason: LeaveReason, { id, tags }: FoundResource): void {
  const entry = left.get(reason) ?? { reason, count: 0, examples: [] };
  entry.count += 1;
  const whose = [tags[TAGS.run]?.slice(0, 90), tags[TAGS.attempt] && `attempt ${tags[TAGS.attempt]}`]
    .filter(Boolean)
    .join(', ');
  if (entry.examples.length < EXAMPLES) entry.examples.push(whose ? `${id} (${whose.slice(0, 120)})` : id);
  left.set(reason, entry);
}
