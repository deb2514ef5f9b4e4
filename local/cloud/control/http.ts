import type { IncomingMessage, ServerResponse } from 'node:http';

export type Json = Record<string, unknown>;
/** `text` is sent as it is. */
export type Answer = { json: unknown } | { text: string };

/** A refusal of the control interface. */
export class ControlError extends Error {
  override readonly name = 'ControlError';

  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

const MAX_BODY = 1024 * 1024;

/** Reads a JSON object; an empty body is an empty object. */
export async function readJson(request: IncomingMessage): Promise<Json> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes: Buffer = chunk;
    size += bytes.length;
    if (size > MAX_BODY) throw new ControlError(413, 'the body is larger than 1 MiB');
    chunks.push(bytes);
  }
  const text = Buffer.concat(chunks).toString('utf8').trim();
  if (text === '') return {};
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new ControlError(400, 'the body is not JSON');
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new ControlError(400, 'the body is not a JSON object');
  }
  return Object.fromEntries(Object.entries(body));
}

/** A number of the body, within bounds. */
export function numberField(body: Json, name: string, fallback: number | undefined, least: number): number | undefined {
  const value = body[name];
  if (value === undefined) return fallback;
  if (typeof value !== 'number' || !Number.isFinite(value) || value < least) {
    throw new ControlError(400, `${name}: a number of at least ${least} is needed`);
  }
  return value;
}

/** A string of the body. */
export function stringField(body: Json, name: string, fallback: string): string {
  const value = body[name];
  if (value === undefined) return fallback;
  if (typeof value !== 'string' || value === '') throw new ControlError(400, `${name}: a string is needed`);
  return value;
}

export function send(response: ServerResponse, status: number, answer: Answer): void {
  const [type, body] =
    'text' in answer ? ['text/plain; charset=utf-8', answer.text] : ['application/json', JSON.stringify(answer.json)];
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}
