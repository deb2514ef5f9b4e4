import type { Readable } from 'node:stream';
import { incoming, type Wire } from './body/incoming';
import { type BodyPlan, type PlanOptions, planBody } from './body/plan';
import { type Received, type ReceiveOptions, receive } from './body/receive';
import { S3Error } from './errors';
import { applyFault, type S3Faults } from './faults';
import { isOfSomebodyElse } from './others';
import type { S3Request } from './request';
import type { Bucket, Segment, Store } from './store';

/** What all requests share. */
export interface Service {
  readonly store: Store;
  readonly region: string;
  readonly credentials: { accessKeyId: string; secretAccessKey: string };
  /** A body that stands still for this long is RequestTimeout. */
  readonly stallMs: number;
  readonly faults?: S3Faults;
  now(): Date;
}

/** What an action answers; the server writes it. */
export interface Answer {
  /** Default: 200. */
  status?: number;
  headers?: Record<string, string | undefined>;
  /** An XML document, unless `headers` names another type. */
  body?: string;
  /** Bytes `start` to `end` (inclusive) of an object; `release` lets go of its files. */
  bytes?: { segments: readonly Segment[]; start: number; end: number; release(): Promise<void> };
}

/** Bytes that have come in and are on disk, owned by nobody yet. */
export interface Ingested {
  received: Received;
  segment: Segment;
}

/** One request with what it needs to be carried out. */
export class Exchange {
  private body: AsyncGenerator<Buffer> | undefined;
  /** Of what the body is about, where the path names none: a form, a list. */
  readonly keys: string[] = [];

  constructor(
    readonly service: Service,
    readonly request: S3Request,
    /** `x-amz-content-sha256`, or `UNSIGNED-PAYLOAD` where a presigned URL leaves it open. */
    readonly payload: string,
    readonly wire: Wire,
  ) {}

  header(name: string): string | undefined {
    return this.request.headers[name];
  }

  parameter(name: string): string | undefined {
    return this.request.query.get(name);
  }

  /** The bucket of the request, or NoSuchBucket. */
  bucket(): Bucket {
    return this.bucketNamed(this.request.bucket ?? '');
  }

  bucketNamed(name: string): Bucket {
    if (isOfSomebodyElse(name, this.service.region)) throw new S3Error('AccessDenied');
    return this.service.store.need(name);
  }

  get key(): string {
    return this.request.key ?? '';
  }

  /** Now, in whole seconds, as S3 keeps times. */
  seconds(): number {
    return Math.floor(this.service.now().getTime() / 1000) * 1000;
  }

  /** The bytes of the request body as they come over the wire. */
  source(): AsyncIterable<Buffer> {
    this.body = incoming(this.request.stream, this.service.stallMs, this.wire);
    return this.body;
  }

  /** Lets a fault that is armed for `key` act on this request, from here on. */
  strike(key: string): void {
    Object.assign(this.wire, applyFault(this.service.faults?.next(this.request.method, key)));
  }

  /** Lets go of a body that was not read to its end, so that the rest can be drained before the answer. */
  async releaseBody(): Promise<void> {
    await this.body?.return(undefined);
  }

  plan(options?: PlanOptions): BodyPlan {
    return planBody(this.request, this.payload, options);
  }

  /** Reads and checks a small body, an XML document. */
  async text(options: PlanOptions & { maxLength: number }): Promise<string> {
    // A body is optional for CreateBucket: clients then send no length either.
    const bare = this.header('content-length') === undefined && this.header('transfer-encoding') === undefined;
    if (bare) return '';
    const pieces: Buffer[] = [];
    await receive(this.plan(options), this.source(), {
      write: async (chunk) => void pieces.push(Buffer.from(chunk)),
      fallback: 'CRC32',
    });
    return Buffer.concat(pieces).toString('utf8');
  }

  /**
   * Streams bytes to a file of their own, checks them, and lets `use` give them an owner. Whatever fails on the way, the
   * file goes.
   */
  async ingest<T>(
    plan: BodyPlan,
    source: AsyncIterable<Buffer> | Readable,
    options: Omit<ReceiveOptions, 'write'>,
    use: (ingested: Ingested) => Promise<T>,
  ): Promise<T> {
    const writer = this.service.store.files.writer();
    try {
      const received = await receive(plan, source, { ...options, write: (chunk) => writer.write(chunk) });
      return await use({ received, segment: await writer.finish() });
    } catch (error) {
      await writer.abort();
      throw error;
    }
  }
}

export type Action = (exchange: Exchange) => Promise<Answer>;
