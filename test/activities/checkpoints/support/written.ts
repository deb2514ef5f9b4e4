import { manifestName, nodePrefix } from '../../../../contract';
import { type FakeDeps, NODE } from '../../support/deps';

export const A = 'a'.repeat(64);
export const B = 'b'.repeat(64);
export const C = 'c'.repeat(64);

export const root = (attempt: number): string => nodePrefix('p/', NODE.runKey, attempt, 0);
export const partKey = (attempt: number, sha256: string): string => `${root(attempt)}checkpoints/parts/${sha256}`;
export const manifestKey = (attempt: number, number: number): string => root(attempt) + manifestName(number);

/** What a host has written: parts by their sha256, of one byte each, then the manifests that name them. */
export class Written {
  constructor(private readonly deps: FakeDeps) {}

  async part(attempt: number, sha256: string): Promise<void> {
    await this.deps.store.put(partKey(attempt, sha256), 'x');
  }

  /** @returns the key of the manifest */
  async checkpoint(attempt: number, number: number, parts: string[], more: object = {}): Promise<string> {
    const key = manifestKey(attempt, number);
    const files = [{ path: 'w', size: parts.length, mode: 420, parts: parts.map((sha256) => ({ sha256, bytes: 1 })) }];
    await this.deps.store.put(key, JSON.stringify({ format: 1, number, step: number * 10, files, ...more }));
    return key;
  }

  /** A checkpoint of a part of its own. */
  async whole(attempt: number, number: number, more: object = {}): Promise<string> {
    const sha256 = ownPart(attempt, number);
    await this.part(attempt, sha256);
    return this.checkpoint(attempt, number, [sha256], more);
  }
}

export const ownPart = (attempt: number, number: number): string => `${attempt}${number}`.padStart(64, '0');
