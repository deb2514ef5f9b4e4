import type { IncomingMessage, ServerResponse } from 'node:http';
import { ConnectionGone, pace, type Wire } from './body/incoming';
import { EmptyBadRequest, errorRow, S3Error } from './errors';
import type { Answer } from './exchange';
import { InjectedError } from './faults';
import type { DataFiles } from './store';
import { errorXml } from './xml';

/** How much of an unwanted body is read before an early answer, and for how long; after that the connection ends. */
const DRAIN = { bytes: 16 * 1024 * 1024, ms: 3000 };

/** Headers of every answer. */
export function commonHeaders(res: ServerResponse, requestId: string, hostId: string): void {
  res.setHeader('x-amz-request-id', requestId);
  res.setHeader('x-amz-id-2', hostId);
  res.setHeader('server', 'AmazonS3');
}

/** Writes an answer; object bytes are streamed with back pressure. */
export async function respond(
  req: IncomingMessage,
  res: ServerResponse,
  answer: Answer,
  files: DataFiles,
  wire: Wire,
): Promise<void> {
  await settle(req, res);
  res.statusCode = answer.status ?? 200;
  if (answer.body !== undefined) {
    res.setHeader('content-type', 'application/xml');
    res.setHeader('content-length', Buffer.byteLength(answer.body));
  }
  for (const [name, value] of Object.entries(answer.headers ?? {}))
    if (value !== undefined) setHeader(res, name, value);
  if (req.method === 'HEAD') return void res.end();
  if (answer.bytes) {
    const { segments, start, end } = answer.bytes;
    await stream(res, end < start ? [] : files.read(segments, start, end), wire);
  } else {
    await stream(res, answer.body === undefined ? [] : [Buffer.from(answer.body)], wire);
  }
}

/** A stored value may hold what HTTP cannot carry; the answer must not fail for that. */
function setHeader(res: ServerResponse, name: string, value: string): void {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this takes out
  res.setHeader(name, value.replace(/[\u0000-\u0008\u000a-\u001f\u007f]/g, ' '));
}

async function stream(res: ServerResponse, source: AsyncIterable<Buffer> | Buffer[], wire: Wire): Promise<void> {
  let left = wire.cutAfter ?? Number.POSITIVE_INFINITY;
  for await (const chunk of source) {
    for (const piece of wire.bytesPerSecond ? slices(chunk, wire.bytesPerSecond) : [chunk]) {
      if (piece.length >= left) {
        res.write(piece.subarray(0, left));
        await new Promise((resolve) => setImmediate(resolve));
        res.destroy();
        return;
      }
      left -= piece.length;
      if (res.destroyed) return;
      if (!res.write(piece)) await drained(res);
      await pace(piece.length, wire);
    }
  }
  res.end();
}

/** Until the client has taken what was written, or has gone. */
function drained(res: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      res.off('drain', done);
      res.off('close', done);
      resolve();
    };
    res.on('drain', done);
    res.on('close', done);
  });
}

/** Pieces that take about a twentieth of a second each. */
function* slices(chunk: Buffer, bytesPerSecond: number): Generator<Buffer> {
  const size = Math.max(256, Math.ceil(bytesPerSecond / 20));
  for (let at = 0; at < chunk.length; at += size) yield chunk.subarray(at, at + size);
}

/**
 * A client that is still sending would lose an early answer to a reset connection, so a reasonable rest of the body is read
 * first; what is longer ends the connection, as S3 does.
 */
async function settle(req: IncomingMessage, res: ServerResponse): Promise<void> {
  if (req.complete || req.destroyed) return;
  let left = DRAIN.bytes;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(done, DRAIN.ms);
    function done(): void {
      clearTimeout(timer);
      req.off('data', count);
      req.off('end', done);
      req.off('close', done);
      resolve();
    }
    function count(chunk: Buffer): void {
      left -= chunk.length;
      if (left < 0) done();
    }
    req.on('data', count);
    req.on('end', done);
    req.on('close', done);
    req.resume();
  });
  if (!req.complete) res.setHeader('connection', 'close');
}

/** Answers a failed request in S3's words; a connection that has gone, or is in the middle of a body, just ends. */
export async function respondError(
  req: IncomingMessage,
  res: ServerResponse,
  error: unknown,
  ids: { requestId: string; hostId: string },
  onError: (error: unknown) => void,
): Promise<void> {
  if (!isAnswer(error)) onError(error);
  if (error instanceof ConnectionGone || res.headersSent || res.destroyed) return void res.destroy();
  for (const name of res.getHeaderNames()) if (!name.startsWith('x-amz-')) res.removeHeader(name);
  // Nobody waits for the rest of a body that has stood still already.
  if (error instanceof S3Error && error.code === 'RequestTimeout') res.setHeader('connection', 'close');
  else await settle(req, res);
  if (error instanceof EmptyBadRequest) {
    res.writeHead(400, { 'content-length': 0 });
    return void res.end();
  }
  const { status, code, message, extra } = describe(error);
  const body = errorXml({ Code: code, Message: message, ...extra, RequestId: ids.requestId, HostId: ids.hostId });
  res.statusCode = status;
  if (status === 304 || req.method === 'HEAD') return void res.end();
  res.setHeader('content-type', 'application/xml');
  res.setHeader('content-length', Buffer.byteLength(body));
  res.end(body);
}

const isAnswer = (error: unknown): boolean =>
  [S3Error, InjectedError, EmptyBadRequest, ConnectionGone].some((kind) => error instanceof kind);

function describe(error: unknown): {
  status: number;
  code: string;
  message: string;
  extra: Record<string, string | number>;
} {
  if (error instanceof S3Error) return { ...error, message: error.message };
  if (error instanceof InjectedError) {
    return { status: error.status, code: error.code, message: errorRow(error.code)[1], extra: {} };
  }
  const [status, message] = errorRow('InternalError');
  return { status, code: 'InternalError', message, extra: {} };
}
