import type { Placement, StageName } from '../../contract';
import type { AttemptEnd } from './endings';
import { shorten } from './texts';

/** First pause after an attempt that came to nothing, in seconds; doubles up to {@link LONGEST_PAUSE}: as the wait for capacity does. */
export const FIRST_PAUSE = 15;
export const LONGEST_PAUSE = 300;

/** A training that was lost sooner is a short one, in seconds. */
export const SHORT_TRAINING = 300;

/** So many short trainings in a row are bad luck; what follows looks like a cause that stays. */
export const FREE_LOSSES = 2;

/** So many attempts in a row that never trained end the run. */
export const MOST_UNTRAINED = 3;

/** An attempt that has ended, or is about to, as far as the next one is concerned. */
export interface Link {
  end?: AttemptEnd | undefined;
  /** The command may have been started. */
  trained: boolean;
  /** It reported a step, or saved a checkpoint of its own. */
  progressed: boolean;
  /** How long it trained. */
  seconds: number;
  /** At which step it was. */
  stage?: StageName | undefined;
  placement?: Placement | undefined;
  /** What is its own in the words about it. */
  instanceId?: string | undefined;
  address?: string | undefined;
}

const isLost = ({ end }: Link): boolean => end?.kind === 'interrupted' || end?.kind === 'unreachable';
const isShort = (link: Link): boolean => isLost(link) && link.seconds < SHORT_TRAINING;
const isUntrained = (link: Link): boolean => isLost(link) && !link.trained;
/** An instance that is taken in mid-training is EC2's doing; a host that cannot be reached may be ours. */
const isIdle = (link: Link): boolean =>
  isUntrained(link) || (isShort(link) && link.end?.kind === 'unreachable' && !link.progressed);

/** The last of `chain` that are all so. A launch of which nobody knows whether it took effect has waits of its own. */
function lastThatAre(is: (link: Link) => boolean, chain: readonly Link[]): Link[] {
  const launched = chain.filter(({ end }) => end?.kind !== 'not-started');
  const before = launched.findLastIndex((link) => !is(link));
  return launched.slice(before + 1);
}

/** Seconds to wait before the attempt that follows these: no chain of attempts goes on without a pause. */
export function pauseAfter(chain: readonly Link[]): number {
  const idle = lastThatAre(isIdle, chain).length;
  const short = lastThatAre(isShort, chain).length - FREE_LOSSES;
  const rounds = Math.max(idle, short);
  return rounds <= 0 ? 0 : Math.min(FIRST_PAUSE * 2 ** (rounds - 1), LONGEST_PAUSE);
}

/** Why the run does not go on after these: as many as may be in a row never trained. Undefined: it does. */
export function neverTrained(chain: readonly Link[]): string | undefined {
  const untrained = lastThatAre(isUntrained, chain);
  return untrained.length < MOST_UNTRAINED ? undefined : inCommon(untrained);
}

/** Such as `3 attempts in a row never trained, each ended at reach, on m5.large us-east-1a spot: no answer`. */
function inCommon(links: readonly Link[]): string {
  const stage = same(links.map((link) => link.stage));
  const places = (['instanceType', 'zone', 'market'] as const).flatMap(
    (part) => same(links.map((link) => link.placement?.[part])) ?? [],
  );
  const reasons = links.map((link) => unnamed(link));
  const facts = [
    `${links.length} attempts in a row never trained`,
    ...(stage ? [`each ended at ${stage}`] : []),
    ...(places.length > 0 ? [`${stage ? '' : 'each '}on ${places.join(' ')}`] : []),
  ];
  const reason = same(reasons);
  const why = reason === undefined ? `for other reasons each, the last: ${links.at(-1)?.end?.reason ?? ''}` : reason;
  return shorten(`${facts.join(', ')}: ${why}`, 1000);
}

const same = <T>(values: readonly T[]): T | undefined =>
  values.every((value) => value === values[0]) ? values[0] : undefined;

/** The reason of an end without what differs in each: instances, addresses, times. */
function unnamed({ end, instanceId, address }: Link): string {
  let text = end?.reason ?? '';
  if (instanceId) text = text.replaceAll(instanceId, 'the instance');
  if (address) text = text.replaceAll(address, 'its address');
  return text.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'its time');
}
