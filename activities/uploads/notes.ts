import { createHash, randomUUID } from 'node:crypto';
import { classify, NoSuchObjectError, type PartUpload } from '../../adapters/aws';
import { type RunRef, readUploadNote, UPLOAD_NOTE_BYTES, type UploadNote, uploadsPrefix } from '../../contract';
import type { ActivityDeps } from '../step';

/** An upload that was begun, and the object that says so. */
export interface Noted extends PartUpload {
  note: string;
}

/** S3's clock and a worker's may differ by so much; beyond it, S3 takes no signature (RequestTimeTooSkewed). Milliseconds. */
const SKEW_MS = 15 * 60_000;

/**
 * The uploads in parts of one attempt, noted in S3 before each is begun: whatever worker ends the attempt finds them, also those
 * that were begun by a worker that died before it knew their id.
 */
export class UploadNotes {
  private readonly prefix: string;

  constructor(
    private readonly deps: Pick<ActivityDeps, 'store' | 'uploads' | 'settings'>,
    run: RunRef,
    attempt: number,
  ) {
    this.prefix = uploadsPrefix(deps.settings.prefix, run.runKey, attempt);
  }

  async begin({ bucket, key }: { bucket: string; key: string }, signal: AbortSignal): Promise<Noted> {
    const { store, uploads } = this.deps;
    // One for each upload that is begun: two workers may do so at the same time, and neither may forget the other's.
    const note = `${this.named(bucket, key)}${randomUUID()}.json`;
    const intent: UploadNote = { bucket, key, at: Date.now() };
    await store.put(note, JSON.stringify(intent), { signal });
    const uploadId = await uploads.begin(bucket, key, { signal });
    await store.put(note, JSON.stringify({ ...intent, uploadId }), { signal });
    return { bucket, key, uploadId, note };
  }

  /** Uploads of one key that were begun and not forgotten. */
  async of({ bucket, key }: { bucket: string; key: string }, signal: AbortSignal): Promise<Noted[]> {
    const found: Noted[] = [];
    for await (const object of this.deps.store.list(this.named(bucket, key), { signal })) {
      const { uploadId } = (await this.read(object.key, signal)) ?? {};
      if (uploadId !== undefined) found.push({ bucket, key, uploadId, note: object.key });
    }
    return found;
  }

  async forget({ note }: Noted): Promise<void> {
    await this.deps.store.delete([note]);
  }

  /** Aborts what was begun and not joined. Only when nobody begins any more. */
  async abortAll(): Promise<number> {
    const { store, uploads } = this.deps;
    let aborted = 0;
    for await (const object of store.list(this.prefix)) {
      const note = await this.read(object.key);
      for (const upload of note ? await this.begun(note) : []) {
        await uploads.abort(upload);
        aborted += 1;
      }
      await store.delete([object.key]);
    }
    return aborted;
  }

  /**
   * The upload of a note. Of one that says no id, those of its key that are not older and have no part: URLs are given only when the
   * id is noted, so it has none, and an upload that somebody else is at work on mostly has. Where S3 does not let us look, it
   * stays: without parts it costs nothing.
   */
  private async begun({ bucket, key, uploadId, at }: UploadNote): Promise<PartUpload[]> {
    if (uploadId !== undefined) return [{ bucket, key, uploadId }];
    const { uploads } = this.deps;
    const strays: PartUpload[] = [];
    try {
      for (const upload of await uploads.open(bucket, key)) {
        if (upload.beganAt < at - SKEW_MS) continue;
        if ((await uploads.parts(upload))?.length === 0) strays.push(upload);
      }
    } catch (error) {
      if (classify(error) !== 'refusal') throw error;
    }
    return strays;
  }

  /** Undefined also for what no worker wrote: it is not for it to say which uploads are ended, nor to hold up an end. */
  private async read(key: string, signal?: AbortSignal): Promise<UploadNote | undefined> {
    try {
      const body = await this.deps.store.getRange(key, 0, UPLOAD_NOTE_BYTES, signal ? { signal } : {});
      const note = readUploadNote(JSON.parse(body.toString('utf8')));
      return note && key.startsWith(this.named(note.bucket, note.key)) ? note : undefined;
    } catch (error) {
      if (error instanceof NoSuchObjectError || error instanceof SyntaxError) return undefined;
      throw error;
    }
  }

  private named(bucket: string, key: string): string {
    return `${this.prefix}${createHash('sha256').update(`${bucket}/${key}`).digest('hex')}-`;
  }
}
