import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type BucketLocationConstraint,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  ListObjectsV2Command,
  S3Client,
  type S3ClientConfig,
} from '@aws-sdk/client-s3';
import { createS3, type S3Options } from '../../../../local/cloud/s3';
import {
  amzDate,
  type Credentials,
  canonicalRequest,
  deriveSigningKey,
  scopeText,
  sign,
  stringToSign,
} from '../../../../local/cloud/sigv4';
import { contract } from '../clouds';

/** What is made costs money, and outlives the test. */
export const onAws = contract.cloud.name === 'AWS';

/** For tests of what only the local cloud has: faults, its folder, its clock. */
export const onlyLocal = contract.cloud.open === undefined ? describe : describe.skip;

/** An answer as it came over the wire. */
export interface RawAnswer {
  status: number;
  headers: http.IncomingHttpHeaders;
  body: Buffer;
  text: string;
  /** `<Code>` of an error document. */
  code: string | undefined;
}

export interface RawRequest {
  method?: string;
  /** Path and query, encoded. */
  path: string;
  headers?: Record<string, string>;
  body?: Buffer | string;
  /** Default: the hash of the body. */
  payload?: string;
  /** False: sent as it is. */
  signed?: boolean;
  /** Headers added after signing. */
  unsignedHeaders?: Record<string, string>;
  date?: Date;
}

export interface Target {
  endpoint: string;
  host: string;
  region: string;
  credentials: Credentials;
  /** Folder of the local cloud; empty on all others. */
  dir: string;
  client(config?: S3ClientConfig): S3Client;
  /** A new bucket, emptied and deleted by `close`. */
  bucket(): Promise<string>;
  raw(request: RawRequest): Promise<RawAnswer>;
  close(): Promise<void>;
}

const LOCAL: Credentials = { accessKeyId: 'AKIALOCALCLOUD000001', secretAccessKey: 'local/cloud+secret' };

/** Starts a local S3, or stands for the cloud that the contract is tried on. */
export async function openTarget(options: Partial<S3Options> = {}): Promise<Target> {
  const other = await contract.cloud.open?.();
  const region = other?.region ?? options.region ?? 'us-east-1';
  const credentials: Credentials = other
    ? (other.credentials ?? {
        accessKeyId: process.env.AWS_ACCESS_KEY_ID ?? '',
        secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY ?? '',
      })
    : LOCAL;
  const dir = other ? '' : (options.dir ?? (await mkdtemp(join(tmpdir(), 'trainctl-s3-'))));
  const server = other ? undefined : await listen({ region, credentials, ...options, dir });
  const endpoint = server
    ? `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    : (other?.endpoint ?? `https://s3.${region}.amazonaws.com`);
  const host = new URL(endpoint).host;
  const clients: S3Client[] = [];
  const buckets: string[] = [];
  const client = (config: S3ClientConfig = {}): S3Client => {
    const made = new S3Client({ region, endpoint, credentials, forcePathStyle: true, ...config });
    clients.push(made);
    return made;
  };
  const plain = client();
  return {
    endpoint,
    host,
    region,
    credentials,
    dir,
    client,
    async bucket() {
      const name = `trainctl-test-${randomBytes(6).toString('hex')}`;
      const home = region === 'us-east-1';
      const CreateBucketConfiguration = { LocationConstraint: region as BucketLocationConstraint };
      await plain.send(new CreateBucketCommand({ Bucket: name, ...(home ? {} : { CreateBucketConfiguration }) }));
      buckets.push(name);
      return name;
    },
    raw: (request) => send(endpoint, credentials, region, request),
    async close() {
      if (onAws) for (const name of buckets) await empty(plain, name);
      for (const made of clients) made.destroy();
      await other?.close();
      if (!server) return;
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
      if (!options.dir) await rm(dir, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}

async function listen(options: S3Options): Promise<http.Server> {
  const s3 = createS3(options);
  await s3.ready();
  const server = http.createServer((req, res) => void s3.handle(req, res));
  // As the local cloud has it: a client that goes on with a connection after node's 5 s may find it closed just then.
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

async function empty(client: S3Client, bucket: string): Promise<void> {
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: bucket }));
  for (const { Key } of Contents) await client.send(new DeleteObjectCommand({ Bucket: bucket, Key }));
  await client.send(new DeleteBucketCommand({ Bucket: bucket }));
}

export const sha256 = (data: Buffer | string): string => createHash('sha256').update(data).digest('hex');

/** Signs a request in its headers; also gives what a chain of chunks starts from. */
export function signHeaders(
  target: { host: string; region: string; credentials: Credentials },
  request: { method: string; path: string; headers: Record<string, string>; payload: string; date?: Date },
): { headers: Record<string, string>; signature: string; scope: string; amzDate: string; signingKey: Buffer } {
  const date = amzDate(request.date ?? new Date());
  const headers: Record<string, string> = {
    ...request.headers,
    host: target.host,
    'x-amz-date': date,
    'x-amz-content-sha256': request.payload,
  };
  const signedHeaders = Object.keys(headers).sort();
  const scope = { date: date.slice(0, 8), region: target.region, service: 's3', terminator: 'aws4_request' };
  const canonical = canonicalRequest({
    method: request.method,
    url: request.path,
    headers,
    signedHeaders,
    payloadHash: request.payload,
    service: 's3',
  });
  const signingKey = deriveSigningKey(target.credentials.secretAccessKey, scope);
  const signature = sign(signingKey, stringToSign(date, scopeText(scope), canonical));
  const credential = `${target.credentials.accessKeyId}/${scopeText(scope)}`;
  headers.authorization = `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${signedHeaders.join(';')}, Signature=${signature}`;
  return { headers, signature, scope: scopeText(scope), amzDate: date, signingKey };
}

function send(endpoint: string, credentials: Credentials, region: string, request: RawRequest): Promise<RawAnswer> {
  const url = new URL(endpoint);
  const { method = 'GET', path, body = '' } = request;
  const payload = request.payload ?? sha256(body);
  const signed =
    request.signed === false
      ? { host: url.host, ...request.headers }
      : signHeaders(
          { host: url.host, region, credentials },
          { method, path, headers: request.headers ?? {}, payload, ...(request.date ? { date: request.date } : {}) },
        ).headers;
  const headers: Record<string, string> = { ...signed, ...request.unsignedHeaders };
  const bodied = body.length > 0 || method === 'PUT' || method === 'POST';
  if (bodied && !('content-length' in headers) && !('transfer-encoding' in headers)) {
    headers['content-length'] = String(Buffer.byteLength(body));
  }
  return new Promise((resolve, reject) => {
    const driver = url.protocol === 'https:' ? https : http;
    const options = { host: url.hostname, port: url.port, method, path, headers, agent: false };
    const req = driver.request(options, (res) => {
      const pieces: Buffer[] = [];
      res.on('data', (piece: Buffer) => pieces.push(piece));
      res.on('error', reject);
      res.on('end', () => {
        const all = Buffer.concat(pieces);
        const text = all.toString('utf8');
        const code = /<Error><Code>([^<]*)/.exec(text)?.[1];
        resolve({ status: res.statusCode ?? 0, headers: res.headers, body: all, text, code });
      });
    });
    req.on('error', reject);
    req.end(body);
  });
}
