import type { Readable } from 'node:stream';
import {
  CopyObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import type { Settings, WriteGrant } from '../../../contract';
import { type CallOptions, http } from '../call-options';
import { awsErrorCode } from '../classify';
import { s3Config } from '../clients';
import { ensureBucket } from './bucket';
import { nameBuckets } from './bucket-names';
import { DeleteFailedError, NoSuchObjectError } from './errors';
import { isMissing } from './missing';
import { presignGet, presignPost } from './presign';
import type { InBucket, ObjectInfo, ObjectStore, PutOptions, StoredObject } from './types';

/** Of one part of an upload whose length is not known; 10,000 of them make 80 GiB. */
const PART_BYTES = 8 * 1024 * 1024;
/** What DeleteObjects takes at once. */
const DELETE_BATCH = 1000;

/** The installation's bucket. Nothing is connected until the first call. */
export function createObjectStore(settings: Settings): ObjectStore {
  return new S3Store(settings);
}

class S3Store implements ObjectStore {
  readonly bucket: string;
  readonly region: string;
  readonly #client: S3Client;
  /** Adds no checksum parameters, which S3 would sign over but a plain HTTP client would not send. */
  readonly #presigner: S3Client;

  constructor(settings: Settings) {
    this.bucket = settings.bucket;
    this.region = settings.region;
    const config = {
      ...s3Config(settings),
      // S3 refuses data chunks below 8 KiB; the SDK makes one of each read of a stream.
      requestStreamBufferSize: 64 * 1024,
    };
    this.#client = new S3Client(config);
    nameBuckets(this.#client);
    this.#presigner = new S3Client({
      ...config,
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    });
  }

  async get(key: string, options: CallOptions & InBucket = {}): Promise<Buffer> {
    return collect(await this.#read(key, undefined, options));
  }

  getStream(key: string, options: CallOptions & InBucket = {}): Promise<Readable> {
    return this.#read(key, undefined, options);
  }

  async getRange(key: string, from: number, end: number, options: CallOptions & InBucket = {}): Promise<Buffer> {
    if (end <= from) return Buffer.alloc(0);
    try {
      return await collect(await this.#read(key, `bytes=${from}-${end - 1}`, options));
    } catch (error) {
      if (awsErrorCode(error) === 'InvalidRange') return Buffer.alloc(0);
      throw error;
    }
  }

  async put(key: string, body: Buffer | string, options: PutOptions = {}): Promise<void> {
    await this.#client.send(new PutObjectCommand(this.#object(key, body, options)), http(options));
  }

  async upload(key: string, body: Readable, options: PutOptions = {}): Promise<void> {
    const upload = new Upload({
      client: this.#client,
      params: this.#object(key, body, options),
      partSize: PART_BYTES,
      queueSize: 2,
    });
    const abort = (): void => void upload.abort().catch(() => {});
    options.signal?.throwIfAborted();
    options.signal?.addEventListener('abort', abort, { once: true });
    try {
      await upload.done();
    } catch (error) {
      body.destroy();
      options.signal?.throwIfAborted();
      throw error;
    } finally {
      options.signal?.removeEventListener('abort', abort);
    }
  }

  async putIfAbsent(key: string, body: Buffer | string, options: PutOptions = {}): Promise<boolean> {
    try {
      const input = { ...this.#object(key, body, options), IfNoneMatch: '*' };
      await this.#client.send(new PutObjectCommand(input), http(options));
      return true;
    } catch (error) {
      // The second is what S3 says when another writer of the same key was a little faster.
      if (['PreconditionFailed', 'ConditionalRequestConflict'].includes(awsErrorCode(error) ?? '')) return false;
      throw error;
    }
  }

  async head(key: string, options: CallOptions & InBucket = {}): Promise<StoredObject | undefined> {
    try {
      const found = await this.#client.send(
        new HeadObjectCommand({ Bucket: this.#in(options), Key: key }),
        http(options),
      );
      return {
        key,
        bytes: found.ContentLength ?? 0,
        modifiedAt: found.LastModified?.getTime() ?? 0,
        etag: found.ETag ?? '',
        ...(found.ContentType ? { contentType: found.ContentType } : {}),
      };
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  async *list(
    prefix: string,
    options: CallOptions & InBucket & { startAfter?: string } = {},
  ): AsyncGenerator<ObjectInfo> {
    const input = {
      Bucket: this.#in(options),
      Prefix: prefix,
      ...(options.startAfter ? { StartAfter: options.startAfter } : {}),
    };
    for await (const page of paginateListObjectsV2({ client: this.#client }, input, http(options))) {
      for (const { Key: key, Size: bytes, LastModified: modified } of page.Contents ?? []) {
        if (key !== undefined) yield { key, bytes: bytes ?? 0, modifiedAt: modified?.getTime() ?? 0 };
      }
    }
  }

  async delete(keys: string[], options: CallOptions & InBucket = {}): Promise<void> {
    const bucket = this.#in(options);
    const failed: { key: string; code: string; message: string }[] = [];
    for (let i = 0; i < keys.length; i += DELETE_BATCH) {
      const Objects = keys.slice(i, i + DELETE_BATCH).map((Key) => ({ Key }));
      const reply = await this.#client.send(
        new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } }),
        http(options),
      );
      for (const e of reply.Errors ?? []) {
        failed.push({ key: e.Key ?? '', code: e.Code ?? 'Unknown', message: e.Message ?? '' });
      }
    }
    if (failed.length > 0) throw new DeleteFailedError(bucket, failed);
  }

  async copy(from: string, to: string, options: CallOptions & InBucket & { fromBucket?: string } = {}): Promise<void> {
    const fromBucket = options.fromBucket ?? this.bucket;
    const CopySource = `${fromBucket}/${from.split('/').map(encodeURIComponent).join('/')}`;
    try {
      await this.#client.send(new CopyObjectCommand({ Bucket: this.#in(options), Key: to, CopySource }), http(options));
    } catch (error) {
      if (isMissing(error)) throw new NoSuchObjectError(fromBucket, from, { cause: error });
      throw error;
    }
  }

  presignGet(key: string, options: InBucket & { expiresSeconds?: number } = {}): Promise<string> {
    return presignGet(this.#presigner, this.#in(options), key, options.expiresSeconds);
  }

  presignPost(args: InBucket & { keyPrefix: string; expiresSeconds?: number; maxBytes?: number }): Promise<WriteGrant> {
    return presignPost(this.#presigner, { ...args, bucket: this.#in(args) });
  }

  ensureBucket(options: CallOptions = {}): Promise<void> {
    return ensureBucket(this.#client, this.bucket, this.region, options);
  }

  close(): void {
    this.#client.destroy();
    this.#presigner.destroy();
  }

  #in(options: InBucket): string {
    return options.bucket ?? this.bucket;
  }

  #object<B>(key: string, body: B, options: PutOptions) {
    return {
      Bucket: this.#in(options),
      Key: key,
      Body: body,
      ...(options.contentType ? { ContentType: options.contentType } : {}),
    };
  }

  async #read(key: string, range: string | undefined, options: CallOptions & InBucket): Promise<Readable> {
    const Bucket = this.#in(options);
    try {
      const reply = await this.#client.send(
        new GetObjectCommand({ Bucket, Key: key, ...(range ? { Range: range } : {}) }),
        http(options),
      );
      return reply.Body as Readable;
    } catch (error) {
      if (isMissing(error)) throw new NoSuchObjectError(Bucket, key, { cause: error });
      throw error;
    }
  }
}

async function collect(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
