import type { Instance } from '../../adapters/aws';

export interface SightingRules {
  /** How young an instance may be and still be missing from Describe calls. Seconds. */
  visibilitySeconds: number;
  /** How many looks in a row must miss it. */
  misses: number;
}

interface Sighting {
  last: Instance | undefined;
  /** Epoch milliseconds: its launch, or the first question about it. */
  since: number;
  misses: number;
}

/**
 * What successive looks together say. EC2 shows new instances late and forgets terminated ones after about an hour, so
 * absence alone means nothing: an instance is `gone` after several misses in a row, past the age of being merely invisible.
 */
export class Sightings {
  readonly #byId = new Map<string, Sighting>();

  constructor(private readonly rules: SightingRules) {}

  expect(id: string, now: number): void {
    if (!this.#byId.has(id)) this.#byId.set(id, { last: undefined, since: now, misses: 0 });
  }

  forget(id: string): void {
    this.#byId.delete(id);
  }

  get(id: string): Instance | undefined {
    return this.#byId.get(id)?.last;
  }

  ids(): string[] {
    return [...this.#byId.keys()];
  }

  /** Takes in one look at the `asked` ids; answers those whose state, reason or address changed. */
  take(seen: Instance[], asked: Iterable<string>, now: number): Instance[] {
    const byId = new Map(seen.map((instance) => [instance.id, instance]));
    const changed: Instance[] = [];
    for (const id of asked) {
      const sighting = this.#byId.get(id);
      if (!sighting) continue;
      const next = byId.get(id) ?? this.#missed(id, sighting, now);
      if (byId.has(id)) sighting.misses = 0;
      if (!next) continue;
      if (next.launchedAt !== undefined) sighting.since = Math.min(sighting.since, next.launchedAt);
      if (!same(sighting.last, next)) changed.push(next);
      sighting.last = next;
    }
    return changed;
  }

  #missed(id: string, sighting: Sighting, now: number): Instance | undefined {
    if (sighting.last?.state === 'gone') return sighting.last;
    sighting.misses += 1;
    const old = now - sighting.since > this.rules.visibilitySeconds * 1000;
    if (sighting.misses < this.rules.misses || !old) return undefined;
    const last = sighting.last ?? { id, volumeIds: [], tags: {} };
    return { ...last, state: 'gone' };
  }
}

function same(a: Instance | undefined, b: Instance): boolean {
  return (
    a?.state === b.state &&
    a.stateReason?.code === b.stateReason?.code &&
    a.publicAddress === b.publicAddress &&
    a.privateAddress === b.privateAddress
  );
}

export const isGone = (instance: Instance): boolean =>
  instance.state === 'shutting-down' || instance.state === 'terminated' || instance.state === 'gone';
