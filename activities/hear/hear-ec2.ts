import type { ScheduledEvent } from '../../adapters/aws';
import { type Ec2Word, maintenanceLeadSeconds, type Notice, type TrainingActivities } from '../../contract';
import { type ActivityDeps, withHeartbeat } from '../step';
import { type Heeds, lossInWords, type WordOfEc2 } from '../watch';
import { isNear, maintenanceNotice, noticeOf } from './notice';

/** An instance whose maintenance is put off again and again is told of so often at most: each costs the run's history some events. */
const MOST_SCHEDULED = 5;

/**
 * EC2's word beside all that happens to an instance before its training and while it is held: a step that waits for a host, or is about
 * to be repeated, would hear it late or not at all.
 */
export function createHearEc2(deps: ActivityDeps): TrainingActivities['hearEc2'] {
  return (args) =>
    withHeartbeat(async ({ signal }) => {
      const { instanceId, region, leadSeconds = maintenanceLeadSeconds(0) } = args;
      const heeds: Heeds = args.lossOnly
        ? { marked: () => false, scheduled: () => false }
        : { scheduled: (event) => isNear(event, leadSeconds) || isNews(event, args.scheduled) };
      const word = await deps.watchers.in(region).hearWord(instanceId, signal, heeds);
      switch (word.kind) {
        case 'lost':
          return lost(deps, region, word);
        case 'marked':
          return { kind: 'notice', notice: noticeOf(word.request) };
        case 'scheduled':
          return {
            kind: isNear(word.event, leadSeconds) ? 'notice' : 'scheduled',
            notice: maintenanceNotice(word.event),
          };
      }
    });
}

function isNews(event: ScheduledEvent, told: Notice[] | undefined): boolean {
  if (told === undefined || told.length >= MOST_SCHEDULED) return false;
  const { action, time } = maintenanceNotice(event);
  return !told.some((known) => known.action === action && known.time === time);
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
