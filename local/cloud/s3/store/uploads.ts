import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { S3Error } from '../errors';
import type { DataFiles } from './data-files';
import { readAllJson, writeJson } from './json-files';
import { Locks } from './locks';
import type { Segment, StoredPart, StoredUpload } from './records';

/** An open multipart upload with its parts. */
export interface OpenUpload {
  info: StoredUpload;
  parts: Map<number, StoredPart>;
  /** The key was deleted after the upload began. */
  keyDeleted: boolean;
}

/** What an upload's folder holds: the upload itself, and a file for each part. */
type Document = { upload: StoredUpload } | { uploadId: string; part: StoredPart };

/** The open multipart uploads of a bucket. */
export class Uploads {
  private readonly open = new Map<string, OpenUpload>();
  readonly locks = new Locks();

  constructor(
    private readonly dir: string,
    private readonly files: DataFiles,
  ) {}

  /** Reads what is on disk. An upload that a crash left behind its own completion is dropped. */
  async load(dataNames: ReadonlySet<string>, completed: ReadonlySet<string | undefined>): Promise<void> {
    const documents = await readAllJson<Document>(this.dir);
    for (const document of documents) {
      if (!('upload' in document)) continue;
      const { upload } = document;
      if (completed.has(upload.id)) await rm(join(this.dir, upload.id), { recursive: true, force: true });
      else this.open.set(upload.id, { info: upload, parts: new Map(), keyDeleted: false });
    }
    for (const document of documents) {
      if (!('part' in document) || !dataNames.has(document.part.segment.file)) continue;
      this.open.get(document.uploadId)?.parts.set(document.part.number, document.part);
    }
  }

  *referenced(): Generator<string> {
    for (const { parts } of this.open.values()) for (const part of parts.values()) yield part.segment.file;
  }

  /** All open uploads, by key and then by start. */
  list(): OpenUpload[] {
    return [...this.open.values()];
  }

  /** The upload of that id and key, or NoSuchUpload. */
  need(id: string, key: string): OpenUpload {
    const upload = this.open.get(id);
    if (upload?.info.key !== key) throw new S3Error('NoSuchUpload', { UploadId: id });
    return upload;
  }

  async create(info: Omit<StoredUpload, 'id'>): Promise<OpenUpload> {
    const upload = { info: { ...info, id: randomBytes(24).toString('hex') }, parts: new Map(), keyDeleted: false };
    await writeJson(join(this.dir, upload.info.id, 'upload.json'), { upload: upload.info });
    this.open.set(upload.info.id, upload);
    return upload;
  }

  /** Adds or replaces a part; the upload may have gone while its bytes came in. */
  async addPart(id: string, key: string, part: StoredPart): Promise<void> {
    await this.locks.run(id, async () => {
      const { parts } = this.need(id, key);
      await writeJson(join(this.dir, id, `part-${part.number}.json`), { uploadId: id, part });
      const before = parts.get(part.number);
      parts.set(part.number, part);
      if (before) await this.files.remove([before.segment]);
    });
  }

  /** Forgets an upload and removes the bytes of every part that is not kept. */
  async close(id: string, kept: readonly Segment[]): Promise<void> {
    const upload = this.open.get(id);
    if (!upload) return;
    this.open.delete(id);
    const keep = new Set(kept.map((segment) => segment.file));
    const parts = [...upload.parts.values()].map((part) => part.segment);
    await rm(join(this.dir, id), { recursive: true, force: true });
    await this.files.remove(parts.filter((segment) => !keep.has(segment.file)));
  }

  /** Remembers that a key went away under its open uploads: their conditional Complete is a conflict then. */
  keyDeleted(key: string): void {
    for (const upload of this.open.values()) if (upload.info.key === key) upload.keyDeleted = true;
  }
}
