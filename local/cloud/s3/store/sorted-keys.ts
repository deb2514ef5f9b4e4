import { compareKeys } from '../keys';

/** The keys of a bucket in S3's order: an array with binary search, quick well past 100,000 keys. */
export class SortedKeys {
  private keys: string[] = [];

  /** Replaces everything, for a start from disk. */
  fill(keys: Iterable<string>): void {
    this.keys = [...keys].sort(compareKeys);
  }

  get size(): number {
    return this.keys.length;
  }

  at(index: number): string | undefined {
    return this.keys[index];
  }

  add(key: string): void {
    const index = this.from(key);
    if (this.keys[index] !== key) this.keys.splice(index, 0, key);
  }

  delete(key: string): void {
    const index = this.from(key);
    if (this.keys[index] === key) this.keys.splice(index, 1);
  }

  /** Index of the first key that is not before `key`. */
  from(key: string): number {
    return this.first((candidate) => compareKeys(candidate, key) >= 0);
  }

  /** Index of the first key after `key`. */
  after(key: string): number {
    return this.first((candidate) => compareKeys(candidate, key) > 0);
  }

  /** Index of the first key that comes after all keys with that prefix. */
  afterPrefix(prefix: string): number {
    return this.first((candidate) => !candidate.startsWith(prefix) && compareKeys(candidate, prefix) > 0);
  }

  private first(reached: (key: string) => boolean): number {
    let [low, high] = [0, this.keys.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (reached(this.keys[middle] ?? '')) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
