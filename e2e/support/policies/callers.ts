import { allows, type Call, listOf, matches, type Place, readPolicy, type Statement } from './policy';

/** Which policies hold for whose calls. Grants are signed by workers: what a host does by one is done with the worker's rights. */
const POLICIES: Record<string, string[]> = {
  'trainctl-worker': ['worker', 'other-bucket'],
  grant: ['worker', 'other-bucket'],
  'trainctl-client': ['client', 'other-bucket'],
  'trainctl-suite': ['client', 'suite'],
};

/** The caller whose calls show that a policy asks for no more than is needed. */
const OWN: Record<string, string[]> = {
  worker: ['trainctl-worker', 'grant'],
  'other-bucket': ['trainctl-worker', 'trainctl-client', 'grant'],
  client: ['trainctl-client', 'trainctl-suite'],
  suite: ['trainctl-suite'],
};

/** Only interruptions use FIS, and only the suite interrupts: whatever process it is in. */
const callerOf = ({ caller, action }: Call): string =>
  action.startsWith('fis:') || action === 'iam:PassRole' ? 'trainctl-suite' : (caller.split('.')[0] ?? caller);

/** Prefix of an installation that one of the tests makes in the same bucket. */
const OTHER_PREFIX = 'pruned/';

/** Workers and clients of other installations have policies of their own. */
const placeOf = ({ caller, resource }: Call, place: Omit<Place, 'OTHER'>): Omit<Place, 'OTHER'> => {
  const own = /^trainctl-(?:client|worker|suite)\.(.+)$/.exec(caller)?.[1];
  const PREFIX = resource.startsWith(`arn:aws:s3:::${place.BUCKET}/${OTHER_PREFIX}`) ? OTHER_PREFIX : place.PREFIX;
  return { ...place, PREFIX, INSTALLATION: own ?? place.INSTALLATION };
};

/** What no policy is for: how a local cloud comes to its bucket. */
const LOCAL_ONLY = new Set(['s3:CreateBucket', 's3:DeleteBucket', 's3:ListAllMyBuckets']);

/** Calls that their caller would have been refused on AWS, in words. Those of tests that ask the cloud themselves are nobody's. */
export function refusedCalls(calls: readonly Call[], place: Omit<Place, 'OTHER'>): string[] {
  return calls.flatMap((call) => {
    const names = POLICIES[callerOf(call)];
    if (!names || LOCAL_ONLY.has(call.action)) return [];
    const statements = names.flatMap((name) =>
      readPolicy(name, { ...placeOf(call, place), OTHER: otherBucketOf(call, place) }),
    );
    if (statements.some((statement) => allows(statement, call))) return [];
    const when = call.context ? ` with ${JSON.stringify(call.context)}` : '';
    return [
      `${call.caller}: ${call.action} on ${call.resource}${when}, which docs/policies/${names.join(', ')} not allow`,
    ];
  });
}

/** Of inputs and outputs elsewhere: such a call is on a bucket that is not the installation's. */
function otherBucketOf({ resource }: Call, { BUCKET }: Pick<Place, 'BUCKET'>): string {
  const bucket = /^arn:aws:s3:::([^/]+)/.exec(resource)?.[1];
  return bucket === undefined || bucket === BUCKET ? 'no-other-bucket' : bucket;
}

/** Rights that a policy gives and nobody has used: one for each action on each resource of each statement. */
export function unusedRights(name: string, calls: readonly Call[], place: Omit<Place, 'OTHER'>): string[] {
  const own = calls.filter((call) => OWN[name]?.includes(callerOf(call)));
  const used = (statement: Statement, action: string, resource: string): boolean =>
    own.some((call) => {
      const there = readPolicy(name, { ...placeOf(call, place), OTHER: otherBucketOf(call, place) });
      const same = there.find(({ Sid }) => Sid === statement.Sid);
      const at = listOf(statement.Resource).indexOf(resource);
      const narrow = same && { ...same, Action: action, Resource: listOf(same.Resource)[at] ?? '' };
      return narrow !== undefined && allows(narrow, call);
    });
  return readPolicy(name, { ...place, OTHER: 'OTHER' }).flatMap((statement) =>
    listOf(statement.Action).flatMap((action) =>
      listOf(statement.Resource)
        .filter((resource) => !used(statement, action, resource))
        .map((resource) => `${name} ${statement.Sid}: ${action} on ${resource}`),
    ),
  );
}

export { matches };
