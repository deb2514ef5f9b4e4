import { readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import type { Store, StoreContent } from './store';

/**
 * What EC2 remembers, in one file, so that a cloud that was killed and started again still knows what there was. Written whole
 * and renamed: it is never half of one. Mode 600.
 */
export class StateFile {
  private writing: Promise<void> | undefined;
  private queued: Promise<void> | undefined;
  private closed = false;

  constructor(
    private readonly file: string,
    private readonly store: Store,
  ) {}

  /** Fills the store with what an earlier process saved; answers whether there was something. */
  load(): boolean {
    let text: string;
    try {
      text = readFileSync(this.file, 'utf8');
    } catch {
      return false;
    }
    try {
      this.store.fill(JSON.parse(text, revive) as StoreContent);
      return true;
    } catch (error) {
      console.error(`${this.file} is not readable, so instances of an earlier cloud are forgotten: ${String(error)}`);
      return false;
    }
  }

  /** Resolves when everything up to this call is on disk. Calls during a write share the next one. */
  save(): Promise<void> {
    if (this.closed) return Promise.resolve();
    this.queued ??= (this.writing ?? Promise.resolve()).then(() => {
      this.queued = undefined;
      this.writing = this.write().catch((error: unknown) => {
        console.error(`${this.file} could not be written: ${error instanceof Error ? error.message : String(error)}`);
      });
      return this.writing;
    });
    return this.queued;
  }

  /** Saves once more; from then on nothing is written: a host may still report its end when its cloud's folder is removed. */
  async close(): Promise<void> {
    await this.save();
    this.closed = true;
    await (this.queued ?? this.writing);
  }

  private async write(): Promise<void> {
    await writeFile(`${this.file}.new`, JSON.stringify(this.store.content(), replace), { mode: 0o600 });
    await rename(`${this.file}.new`, this.file);
  }
}

/** JSON for what the model holds beyond JSON: dates, maps and bytes. `this` holds a date before its toJSON. */
function replace(this: unknown, key: string, value: unknown): unknown {
  const raw = (this as Record<string, unknown>)[key];
  if (raw instanceof Date) return { $date: raw.getTime() };
  if (raw instanceof Map) return { $map: [...raw] };
  if (Buffer.isBuffer(raw)) return { $bytes: raw.toString('base64') };
  return value;
}

function revive(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if ('$date' in value) return new Date(Number(value.$date));
  if ('$map' in value && Array.isArray(value.$map)) return new Map(value.$map as [unknown, unknown][]);
  if ('$bytes' in value) return Buffer.from(String(value.$bytes), 'base64');
  return value;
}
