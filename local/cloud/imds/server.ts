import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { Instance } from '../state/model';
import { refuseStranger } from '../strangers';
import { ofAnotherUser } from './peer';
import { type Entry, metadataTree } from './tree';

interface Answer {
  status: number;
  body?: string;
  headers?: Record<string, string>;
}

const MAX_TTL_SECONDS = 21_600;
const TTL_HEADER = 'x-aws-ec2-metadata-token-ttl-seconds';
const TOKEN_HEADER = 'x-aws-ec2-metadata-token';

/** The instance metadata service of one instance: IMDSv2, and v1 where the instance allows it. */
export class Imds {
  /** Token → end of its life, in milliseconds since the epoch. */
  private readonly tokens = new Map<string, number>();
  private server: Server | undefined;
  private closed = false;

  constructor(
    private readonly instance: Instance,
    private readonly publicKeys: () => readonly string[],
  ) {}

  /** What answers; whoever asks for it lets it listen. */
  open(): Server {
    const server = createServer((request, response) => {
      if (refuseStranger(request, response)) return;
      request.resume();
      const answer = this.answer(request);
      const body = Buffer.from(answer.body ?? '', 'latin1');
      response.writeHead(answer.status, {
        'content-type': 'text/plain',
        server: 'EC2ws',
        'content-length': body.length,
        ...answer.headers,
      });
      response.end(request.method === 'HEAD' ? undefined : body);
    });
    server.once('listening', () => {
      if (this.closed) server.close();
    });
    this.server = server;
    return server;
  }

  close(): void {
    this.closed = true;
    this.server?.close();
    this.server?.closeAllConnections();
  }

  private answer(request: IncomingMessage): Answer {
    if (this.instance.metadata.httpEndpoint === 'disabled') return { status: 403 };
    const path = decodeURIComponent((request.url ?? '/').split('?')[0] ?? '/').replace(/\/{2,}/g, '/');
    if (request.method === 'PUT') return this.issueToken(request, path);
    if (request.method !== 'GET' && request.method !== 'HEAD') return { status: 405 };
    const refused = this.checkToken(request);
    return refused ?? this.read(path);
  }

  private issueToken(request: IncomingMessage, path: string): Answer {
    if (path !== '/latest/api/token') return { status: 403 };
    if (request.headers['x-forwarded-for'] !== undefined) return { status: 403 };
    // What a host may read of itself (its user data has its keys) is for nobody else on the machine that plays it.
    if (ofAnotherUser(request.socket)) return { status: 403 };
    const text = String(request.headers[TTL_HEADER] ?? '');
    const ttl = /^\d{1,6}$/.test(text) ? Number(text) : 0;
    if (ttl < 1 || ttl > MAX_TTL_SECONDS) return { status: 400 };
    const now = Date.now();
    for (const [token, end] of this.tokens) if (end < now) this.tokens.delete(token);
    const token = randomBytes(40).toString('base64url');
    this.tokens.set(token, now + ttl * 1000);
    return { status: 200, body: token, headers: { [TTL_HEADER]: String(ttl) } };
  }

  private checkToken({ headers, socket }: IncomingMessage): Answer | undefined {
    const header = headers[TOKEN_HEADER];
    if (header === undefined) {
      if (this.instance.metadata.httpTokens === 'required') return { status: 401 };
      return ofAnotherUser(socket) ? { status: 403 } : undefined;
    }
    const end = this.tokens.get(String(header));
    return end !== undefined && end > Date.now() ? undefined : { status: 401 };
  }

  private read(path: string): Answer {
    if (path === '/') return { status: 200, body: 'latest' };
    const parts = path.split('/').filter((part) => part !== '');
    const version = parts.shift();
    if (version !== 'latest' && !/^\d{4}-\d{2}-\d{2}$/.test(version ?? '')) return { status: 404 };
    let entry: Entry | undefined = metadataTree(this.instance, this.publicKeys());
    for (const part of parts) entry = child(entry, part);
    if (entry === undefined) return { status: 404 };
    return { status: 200, body: typeof entry === 'string' ? entry : listing(entry) };
  }
}

function child(entry: Entry | undefined, name: string): Entry | undefined {
  if (entry === undefined || typeof entry === 'string') return undefined;
  if (Object.hasOwn(entry, name)) return entry[name];
  // `public-keys/0` names the entry that a listing shows as `0=key`.
  const numbered = /^\d+$/.test(name) ? Object.keys(entry).find((key) => key.startsWith(`${name}=`)) : undefined;
  return numbered === undefined ? undefined : entry[numbered];
}

const listing = (folder: { [name: string]: Entry }): string =>
  Object.entries(folder)
    .map(([name, entry]) => (typeof entry === 'string' || /^\d+=/.test(name) ? name : `${name}/`))
    .join('\n');
