import { createHash } from 'node:crypto';
import type { ObjectStore } from '../../adapters/aws';
import { NoSuchObjectError } from '../../adapters/aws';
import { type RunRef, type RunSpec, SPEC_BYTES, specKey } from '../../contract';
import { misconfigured } from './failures';

/** `spec.json` of a run: the spec after validation, and what was found out for it. Written once, read by every later step. */
export interface StoredSpec {
  version: 1;
  run: RunRef;
  spec: RunSpec;
  resolved: { region: string; imageId: string; user: string; resolvedAt: string };
}

/** Specs kept in memory; the oldest goes first. A spec is some KiB. */
const CACHED = 500;

/** What a run is known by to have been resolved with. */
export const specSha256 = (spec: unknown): string => createHash('sha256').update(JSON.stringify(spec)).digest('hex');

/** Reads and writes `spec.json`. A spec never changes once it is written, so a worker asks S3 once for each run. */
export class SpecStore {
  private readonly cache = new Map<string, StoredSpec>();

  constructor(
    private readonly store: Pick<ObjectStore, 'getRange' | 'put' | 'bucket'>,
    private readonly prefix: string,
  ) {}

  async write(stored: StoredSpec, signal?: AbortSignal): Promise<void> {
    const key = specKey(this.prefix, stored.run.runKey);
    await this.store.put(key, `${JSON.stringify(stored, null, 2)}\n`, {
      contentType: 'application/json',
      ...(signal && { signal }),
    });
    this.remember(stored);
  }

  /** @throws a non-retryable failure when the run has no readable spec: somebody deleted or replaced it. */
  async read(run: RunRef, signal?: AbortSignal): Promise<StoredSpec> {
    const known = this.cache.get(run.runKey);
    if (known && isOf(known, run)) return known;
    const key = specKey(this.prefix, run.runKey);
    const body = await this.store.getRange(key, 0, SPEC_BYTES, signal ? { signal } : {}).catch((error: unknown) => {
      if (!(error instanceof NoSuchObjectError)) throw error;
      throw misconfigured(`s3://${this.store.bucket}/${key} is gone: the run cannot go on without its spec`, error);
    });
    const stored = parse(body.toString('utf8'));
    if (!stored || !isOf(stored, run)) {
      throw misconfigured(
        `s3://${this.store.bucket}/${key} is not the spec that trainctl wrote for run ${run.workflowId}`,
      );
    }
    this.remember(stored);
    return stored;
  }

  private remember(stored: StoredSpec): void {
    this.cache.delete(stored.run.runKey);
    this.cache.set(stored.run.runKey, stored);
    for (const oldest of this.cache.keys()) {
      if (this.cache.size <= CACHED) break;
      this.cache.delete(oldest);
    }
  }
}

/** Whether it is the spec that the run was resolved with. */
function isOf(stored: StoredSpec, run: RunRef): boolean {
  if (stored.run.runKey !== run.runKey) return false;
  return run.specSha256 === undefined || run.specSha256 === specSha256(stored.spec);
}

function parse(text: string): StoredSpec | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return undefined;
    const { version, run, spec } = value as Partial<StoredSpec>;
    return version === 1 && run && spec ? (value as StoredSpec) : undefined;
  } catch {
    return undefined;
  }
}
