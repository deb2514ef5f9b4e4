import type { Ec2Word, TrainingActivities } from '../../contract';
import { type ActivityDeps, withHeartbeat } from '../step';
import { lossInWords, type WordOfEc2 } from '../watch';
import { noticeOf } from './notice';

/**
 * EC2's word beside all that happens to an instance before its training: a step that waits for a host, or is about to be
 * repeated, would hear it late or not at all.
 */
export function createHearEc2(deps: ActivityDeps): TrainingActivities['hearEc2'] {
  return ({ instanceId, region }) =>
    withHeartbeat(async ({ signal }) => {
      const word = await deps.watchers.in(region).hearWord(instanceId, signal);
      return word.kind === 'lost' ? lost(deps, region, word) : { kind: 'notice', notice: noticeOf(word.request) };
    });
}

/** EC2 often shows why only some seconds after it shows that. Milliseconds. */
const REASON_MS = 2_000;

async function lost(
  { watchers }: Pick<ActivityDeps, 'watchers'>,
  region: string,
  { instance: seen }: Extract<WordOfEc2, { kind: 'lost' }>,
): Promise<Ec2Word> {
  const known = seen.stateReason !== undefined || seen.state === 'gone';
  const instance = known
    ? seen
    : await watchers
        .in(region)
        .waitFor(seen.id, ({ stateReason }) => stateReason !== undefined, AbortSignal.timeout(REASON_MS))
        .catch(() => seen);
  const { stateReason } = instance;
  return {
    kind: 'lost',
    detail: lossInWords({ instanceId: instance.id }, instance),
    ...(stateReason ? { stateReason: stateReason.code } : {}),
  };
}
