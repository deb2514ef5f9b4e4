import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FaultStore } from '../faults/store';
import { type CallLog, fisRequests } from '../iam';
import { readBody } from '../request-body';
import { type Credentials, verifyOwnRequest } from '../sigv4';
import { callOf, type FisCalls } from './calls';
import { errors, FisError } from './errors';
import { isObject, type Json } from './fields';

const MAX_BODY = 1024 * 1024;
const READS = /^(List|Get)/;

export interface FisOptions {
  region: string;
  credentials: Credentials;
  faults: FaultStore;
  calls: FisCalls;
  log: CallLog;
  /** Resolves when the store is on disk. */
  save(): Promise<void>;
}

/** AWS FIS over HTTP: REST with JSON. */
export class FisService {
  /** How often each call was made, refused calls included. */
  readonly counts: Record<string, number> = {};

  constructor(private readonly options: FisOptions) {}

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const requestId = randomUUID();
    const { faults } = this.options;
    try {
      const text = await readBody(request, MAX_BODY, tooLarge);
      this.authenticate(request, text);
      const url = new URL(request.url ?? '/', 'http://fis');
      const call = callOf(request.method ?? '', url.pathname);
      if (!call) throw new FisError('UnknownOperationException', `${request.method} ${url.pathname} is no call.`, 404);
      this.counts[call.name] = (this.counts[call.name] ?? 0) + 1;
      const body = parse(text);
      this.options.log.record(request, fisRequests(call.name, body));
      this.refuse(call.name);
      const answer = this.options.calls.answer({ ...call, query: url.searchParams, body });
      if (!READS.test(call.name)) await this.options.save();
      if (faults.strike('lost-reply', call.name, [])) {
        request.socket.destroy();
        return;
      }
      send(response, 200, answer, { 'x-amzn-requestid': requestId });
    } catch (error) {
      const known = error instanceof FisError ? error : errors.internal();
      if (known !== error) console.error(`FIS: ${error instanceof Error ? error.stack : String(error)}`);
      const headers = { 'x-amzn-requestid': requestId, 'x-amzn-errortype': known.code };
      send(response, known.status, { message: known.message }, headers);
    }
  }

  /** Authenticity first: nobody learns anything without credentials. */
  private authenticate(request: IncomingMessage, body: string): void {
    const { region, credentials } = this.options;
    const result = verifyOwnRequest(request, body, { service: 'fis', region, credentials });
    if (result.ok) return;
    if (result.code === 'MissingAuthorization') {
      throw new FisError('MissingAuthenticationTokenException', 'Missing Authentication Token', 403);
    }
    if (result.code === 'InvalidAccessKeyId' || result.code === 'InvalidToken') {
      throw new FisError('UnrecognizedClientException', 'The security token included in the request is invalid.', 403);
    }
    throw new FisError('InvalidSignatureException', result.message, 403);
  }

  /** The faults that answer in place of the call. */
  private refuse(name: string): void {
    const { faults } = this.options;
    if (faults.strike('throttle', name, [])) throw errors.throttled();
    const armed = faults.strike('error', name, []);
    if (!armed) return;
    const { code, message, status } = armed.fields;
    throw new FisError(String(code), String(message ?? 'An error that was asked for.'), Number(status ?? 400));
  }
}

function parse(text: string): Json {
  if (text === '') return {};
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new FisError('SerializationException', 'The body is not JSON.', 400);
  }
  if (!isObject(body)) throw new FisError('SerializationException', 'The body is not a JSON object.', 400);
  return body;
}

const tooLarge = (): Error => new FisError('RequestEntityTooLargeException', 'The request is too large.', 413);

function send(response: ServerResponse, status: number, answer: Json, headers: Record<string, string>): void {
  const body = JSON.stringify(answer);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    ...headers,
  });
  response.end(body);
}
