import { manifestName, nodePrefix } from '../../../../contract';
import { type FakeDeps, NODE } from '../../support/deps';

export const A = 'a'.repeat(64);
export const B = 'b'.repeat(64);
export const C = 'c'.repeat(64);

export const root = (attempt: number): string => nodePrefix('p/', NODE.runKey, attempt, 0);

/** What a host has written: parts by their sha256, then the manifests that name them. */
export class Written {
  constructor(private readonly deps: FakeDeps) {}

  async part(attempt: number, sha256: string): Promise<void> {
    await this.deps.store.put(`${root(attempt)}checkpoints/parts/${sha256}`, 'x');
  }

  /** @returns the key of the manifest */
  async checkpoint(attempt: number, number: number, parts: string[], words: object = {}): Promise<string> {
    const key = root(attempt) + manifestName(number);
    const files = [{ path: 'w', size: 1, mode: 420, parts: parts.map((sha256) => ({ sha256, bytes: 1 })) }];
    await this.deps.store.put(key, JSON.stringify({ format: 1, number, step: 10 * number, files, ...words }));
    return key;
  }
}
