import type { Outcome } from '../../contract';
import { random } from '../support/random';

/** What else happens to a run while its worker is killed again and again. */
export const STORIES = ['plain', 'notice', 'lost', 'cancelled'] as const;
export type Story = (typeof STORIES)[number];

/** One run and the moments at which its worker is killed. A pure function of seed and number. */
export interface Round {
  id: string;
  story: Story;
  /** When the story happens: seconds after the first step of the training; of `cancelled`, a part of the run's length. */
  at: number;
  /** In parts of the length of an undisturbed run, ascending. Only time in which a worker is there counts. */
  kills: number[];
  allowed: readonly Outcome[];
  /** A killed worker costs no attempt: only an instance that was taken is replaced. */
  attempts: number;
}

const MOST_KILLS = 4;

/** A run takes seconds longer for each kill: its later steps are to be struck as often as its first ones. */
const STRETCH = 2.5;

const SHARES: readonly Story[] = ['plain', 'plain', 'plain', 'notice', 'lost', 'cancelled'];

export function roundOf(seed: number, number: number): Round {
  const pick = random(Math.imul(seed, 0x9e3779b1) ^ number);
  const part = (most: number): number => (pick(10_001) / 10_000) * most;
  const story = SHARES[pick(SHARES.length)] ?? 'plain';
  const at = story === 'cancelled' ? part(1) : part(2);
  // The first one always finds the run open: it comes before its end, and before a cancel.
  const first = part(story === 'cancelled' ? at : 1);
  const later = Array.from({ length: pick(MOST_KILLS) }, () => part(STRETCH));
  const kills = [first, ...later].sort((a, b) => a - b);
  const taken = story === 'notice' || story === 'lost';
  return {
    id: `kills-${seed}-${number}`,
    story,
    at,
    kills,
    // A cancel that reaches the host when the command has exited 0 changes nothing.
    allowed: story === 'cancelled' ? ['cancelled', 'succeeded'] : ['succeeded'],
    attempts: taken ? 2 : 1,
  };
}
