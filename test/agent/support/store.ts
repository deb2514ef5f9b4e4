import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  createReadStream,
  createWriteStream,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
} from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { WriteGrant, WriteGrants } from '../../../contract';

/** What the store does to a request instead of serving it. */
export interface Fault {
  method: 'GET' | 'POST' | 'PUT';
  key: RegExp;
  times: number;
  /** Answer with this status and S3 error code. */
  status?: number;
  code?: string;
  message?: string;
  /** Send so many bytes of the body, then cut the connection. */
  cutAfter?: number;
  /** Take the body of a POST no faster than this. */
  bytesPerSecond?: number;
}

const encode = (key: string): string => Buffer.from(key).toString('hex');
const decode = (name: string): string => Buffer.from(name, 'hex').toString();

/** The end of S3 that an agent sees: GET with ranges, POST of a form. Objects are files; bodies are streamed. */
export class Store {
  readonly faults: Fault[] = [];
  readonly requests: { method: string; key: string; range?: string }[] = [];
  private readonly server = createServer((request, response) => {
    this.serve(request, response).catch(() => response.destroy());
  });

  constructor(private readonly dir: string) {
    mkdirSync(dir, { recursive: true });
  }

  async open(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
    await rm(this.dir, { recursive: true, force: true, maxRetries: 50, retryDelay: 40 });
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Stands for a presigned GET. */
  download(key: string): string {
    return `${this.url}/${encode(key)}?X-Amz-Signature=abc`;
  }

  /** Stands for a presigned PUT of a part. */
  part(name: string): string {
    return `${this.url}/${encode(name)}?partNumber=1&X-Amz-Signature=abc`;
  }

  /** What the store answers to a PUT: any text in quotes, which means nothing to whoever sends it. */
  etag(name: string): string {
    return `"${encode(name)}"`;
  }

  grant(keyPrefix: string, expires = Date.now() / 1000 + 3600): WriteGrant {
    return { url: `${this.url}/bucket`, fields: { policy: 'cG9saWN5', 'x-amz-signature': 'abc' }, keyPrefix, expires };
  }

  grants(outputs: Record<string, WriteGrant> = {}): WriteGrants {
    return { node: this.grant('runs/key/a/1/0/'), outputs };
  }

  file(key: string): string {
    return path.join(this.dir, encode(key));
  }

  keys(prefix = ''): string[] {
    return readdirSync(this.dir)
      .filter((name) => !name.startsWith('.'))
      .map(decode)
      .filter((key) => key.startsWith(prefix))
      .sort();
  }

  read(key: string): Buffer {
    return readFileSync(this.file(key));
  }

  json<T>(key: string): T {
    return JSON.parse(this.read(key).toString()) as T;
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === 'POST') return this.post(request, response);
    const key = decode(new URL(request.url ?? '/', this.url).pathname.slice(1));
    if (request.method === 'PUT') return this.putPart(key, request, response);
    const range = request.headers.range;
    this.requests.push({ method: 'GET', key, ...(range ? { range } : {}) });
    const fault = this.fault('GET', key);
    if (fault?.status) return refuse(response, fault);
    let size: number;
    try {
      size = statSync(this.file(key)).size;
    } catch {
      return refuse(response, { status: 404, code: 'NoSuchKey' });
    }
    const start = range ? Number(/bytes=(\d+)-/.exec(range)?.[1] ?? 0) : 0;
    if (start >= size && size > 0) return refuse(response, { status: 416, code: 'InvalidRange' });
    response.writeHead(range ? 206 : 200, { 'content-length': size - start, etag: '"e"' });
    if (fault?.cutAfter !== undefined) {
      response.write(readFileSync(this.file(key)).subarray(start, start + fault.cutAfter), () => response.destroy());
      return;
    }
    await pipeline(createReadStream(this.file(key), { start }), response);
  }

  private async putPart(key: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.requests.push({ method: 'PUT', key });
    const fault = this.fault('PUT', key);
    if (fault?.status) {
      request.resume();
      return refuse(response, fault);
    }
    await pipeline(request, createWriteStream(this.file(key)));
    response.writeHead(200, { etag: this.etag(key) }).end();
  }

  private async post(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const boundary = /boundary=(.*)$/.exec(request.headers['content-type'] ?? '')?.[1] ?? '';
    const tail = `\r\n--${boundary}--\r\n`.length;
    const marker = Buffer.from('name="file"\r\nContent-Type: application/octet-stream\r\n\r\n');
    let head: Buffer = Buffer.alloc(0);
    let key: string | undefined;
    let left = 0;
    const part = path.join(this.dir, `.${randomBytes(8).toString('hex')}`);
    const out = createWriteStream(part);
    for await (const chunk of request as AsyncIterable<Buffer>) {
      let body = chunk;
      if (key === undefined) {
        head = Buffer.concat([head, chunk]);
        const at = head.indexOf(marker);
        if (at < 0) continue;
        key = /name="key"\r\n\r\n(.*?)\r\n--/s.exec(head.subarray(0, at).toString())?.[1] ?? '';
        body = head.subarray(at + marker.length);
        left = Number(request.headers['content-length']) - (at + marker.length) - tail;
        this.requests.push({ method: 'POST', key });
        const fault = this.fault('POST', key);
        if (fault?.status) {
          out.destroy();
          request.resume();
          return refuse(response, fault);
        }
      }
      const pace = key === undefined ? undefined : this.pace(key);
      if (pace) await new Promise((resolve) => setTimeout(resolve, (body.length / pace) * 1000));
      const take = body.subarray(0, Math.max(0, left));
      left -= take.length;
      if (!out.write(take)) await once(out, 'drain');
    }
    await new Promise<void>((resolve) => out.end(resolve));
    if (left !== 0 || key === undefined) return refuse(response, { status: 400, code: 'IncompleteBody' });
    renameSync(part, this.file(key));
    response.writeHead(204).end();
  }

  private pace(key: string): number | undefined {
    return this.faults.find((one) => one.bytesPerSecond !== undefined && one.key.test(key))?.bytesPerSecond;
  }

  private fault(method: string, key: string): Fault | undefined {
    const fault = this.faults.find(
      (one) => one.method === method && one.times > 0 && !one.bytesPerSecond && one.key.test(key),
    );
    if (fault) fault.times -= 1;
    return fault;
  }
}

function refuse(response: ServerResponse, fault: { status?: number; code?: string; message?: string }): void {
  response.writeHead(fault.status ?? 500, { 'content-type': 'application/xml' });
  response.end(`<Error><Code>${fault.code ?? ''}</Code><Message>${fault.message ?? ''}</Message></Error>`);
}
