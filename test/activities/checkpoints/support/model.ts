import { createHash } from 'node:crypto';
import { findCandidates } from '../../../../activities/checkpoints/candidates';
import { pruneRun } from '../../../../activities/checkpoints/prune-run';
import type { Lineage } from '../../../../contract';
import { type FakeDeps, fakeDeps, NODE } from '../../support/deps';
import { manifestKey, partKey } from './written';

const signal = new AbortController().signal;
const sha = (content: string): string => createHash('sha256').update(content).digest('hex');

/** What was written as a checkpoint, and is true of it whatever the product believes. */
interface Truth {
  attempt: number;
  number: number;
  key: string;
  manifest: string;
  parts: Map<string, string>;
  suspect: boolean;
}

/**
 * A run of some attempts, with the real retention and the real choice of what is restored, on a store in memory. Its agent is
 * modelled: it sends no part that its newest manifest names, and forgets what it is told S3 has lost.
 */
export class LineageModel {
  readonly deps: FakeDeps = fakeDeps();
  readonly truths: Truth[] = [];
  attempt = 1;
  private number = 0;
  private have = new Set<string>();
  private lineage: Lineage = { resumed: [], failed: [], fruitless: [] };

  /** The newest of all that could be restored now: found by looking at the bytes, and nothing of the product. */
  newest(): Truth | undefined {
    const restorable = this.truths.filter((one) => this.whole(one) && !this.lineage.failed.includes(one.key));
    const byAge = (a: Truth, b: Truth): number => b.attempt - a.attempt || b.number - a.number;
    const [whole, suspect] = [restorable.filter((t) => !t.suspect), restorable.filter((t) => t.suspect)];
    return whole.sort(byAge)[0] ?? suspect.sort(byAge)[0];
  }

  /** Files have few contents, so that parts are shared between checkpoints, and come back. */
  async checkpoint(contents: readonly string[], suspect: boolean): Promise<void> {
    this.number += 1;
    const { attempt, number } = this;
    const parts = new Map(contents.map((content) => [sha(content), content]));
    for (const [sha256, content] of parts) {
      if (!this.have.has(sha256)) await this.deps.store.put(partKey(attempt, sha256), content);
    }
    const files = contents.map((content, i) => ({
      path: `f${i}`,
      size: content.length,
      mode: 0o644,
      parts: [{ sha256: sha(content), bytes: content.length }],
    }));
    const doubt = suspect ? { suspect: 'was open for writing' } : {};
    // Steps that fall, as after a checkpoint of another lineage, must not matter.
    const manifest = JSON.stringify({ format: 1, number, step: 1000 - 10 * attempt + number, files, ...doubt });
    const key = manifestKey(attempt, number);
    await this.deps.store.put(key, manifest);
    this.truths.push({ attempt, number, key, manifest, parts, suspect });
    this.have = new Set(parts.keys());
  }

  /** @param beside the agent goes on meanwhile, so it is told what is missing; else the run is over */
  async prune(keep: number, beside: boolean): Promise<void> {
    const options = { keep, lineage: this.lineage, ...(beside ? { training: this.attempt } : {}) };
    const { missing } = await pruneRun(this.deps, NODE, options, signal);
    for (const sha256 of missing) this.have.delete(sha256);
  }

  async losePart(which: number): Promise<void> {
    const keys = this.deps.fakeStore.keys().filter((key) => key.includes('/parts/'));
    const key = keys[which % Math.max(1, keys.length)];
    if (key) await this.deps.store.delete([key]);
  }

  async damage(which: number, garbage: string): Promise<void> {
    const keys = this.deps.fakeStore.keys().filter((key) => key.endsWith('manifest.json'));
    const key = keys[which % Math.max(1, keys.length)];
    if (key) await this.deps.store.put(key, garbage);
  }

  /** The next attempt, with what the product would give it; answers the key of that. */
  async interrupt(): Promise<string | undefined> {
    const used = await this.restorable();
    this.attempt += 1;
    this.number = 0;
    this.have = new Set();
    const from = this.truths.find(({ key }) => key === used)?.attempt;
    if (from !== undefined) this.lineage.resumed.push([this.attempt, from]);
    return used;
  }

  /** It got no further than the checkpoint that it was given. */
  async failToResume(): Promise<void> {
    const used = await this.interrupt();
    if (used !== undefined) this.lineage.failed.push(used);
  }

  /** What the product would put in place now. */
  async restorable(): Promise<string | undefined> {
    const offer = await findCandidates(this.deps, NODE, 0, this.lineage, signal);
    const [first] = offer.judged;
    return first && (await offer.sign(first)).key;
  }

  private whole({ key, attempt, manifest, parts }: Truth): boolean {
    const read = (at: string): string | undefined =>
      this.deps.fakeStore.objects.get(`${this.deps.fakeStore.bucket}/${at}`)?.body.toString();
    if (read(key) !== manifest) return false;
    return [...parts].every(([sha256, content]) => read(partKey(attempt, sha256)) === content);
  }
}
