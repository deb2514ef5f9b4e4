import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Credentials } from '../sigv4';
import { authenticate } from './auth';
import { Exchange, type Service } from './exchange';
import { applyFault, type S3Faults } from './faults';
import { parseRequest, type S3Request } from './request';
import { commonHeaders, respond, respondError } from './respond';
import { refuseUnsupported, routeOf } from './routes';
import { Store } from './store';

export interface S3Options {
  /** Folder that holds everything; made if it is not there. One process at a time. */
  dir: string;
  /** Region of every bucket. */
  region: string;
  /** The one access key that may call. */
  credentials: Credentials;
  faults?: S3Faults;
  /** Told of each call that is signed as it must be, and of the right that it needs; each key of one that has several. */
  onCall?: (req: IncomingMessage, right: string, request: S3Request) => void;
  /** Default: the clock. */
  now?: () => Date;
  /** How long a body may stand still before RequestTimeout, in milliseconds. Default: 20,000, about what S3 waits. */
  stallMs?: number;
  /** Told of failures of the emulator itself, which clients see as InternalError. Default: stderr. */
  onError?: (error: unknown) => void;
}

export interface S3 {
  /**
   * A node:http request handler. Never rejects; a failure of its own is answered as InternalError. Its server must set
   * `requestTimeout = 0`, else node ends every upload after five minutes.
   */
  handle(req: IncomingMessage, res: ServerResponse): Promise<void>;
  /** Resolves when the objects on disk have been read; `handle` waits for it by itself. */
  ready(): Promise<void>;
}

/** An S3 endpoint over a folder. See docs/local-cloud.md. */
export function createS3(options: S3Options): S3 {
  const store = new Store(options.dir);
  const loading = store.load();
  // Reported by every request instead of ending the process.
  loading.catch(() => undefined);
  const now = options.now ?? (() => new Date());
  const { region, credentials } = options;
  const service: Service = {
    store,
    region,
    credentials,
    now,
    stallMs: options.stallMs ?? 20_000,
    ...(options.faults ? { faults: options.faults } : {}),
  };
  const onError = options.onError ?? ((error: unknown) => console.error('local cloud, S3:', error));

  async function handle(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const ids = { requestId: randomBytes(8).toString('hex').toUpperCase(), hostId: randomBytes(48).toString('base64') };
    commonHeaders(res, ids.requestId, ids.hostId);
    // A client that goes away in the middle of an answer is no failure.
    res.on('error', () => undefined);
    let exchange: Exchange | undefined;
    let release: (() => Promise<void>) | undefined;
    try {
      await loading;
      const request = parseRequest(req);
      const route = routeOf(request);
      // The key of a form is one of its fields: its fault is looked for when that has been read.
      const wire = route.form ? {} : applyFault(options.faults?.next(request.method, request.key ?? ''));
      const payload = route.form ? 'UNSIGNED-PAYLOAD' : authenticate(request, service);
      refuseUnsupported(request);
      exchange = new Exchange(service, request, payload, wire);
      const { onCall = () => undefined } = options;
      if (!route.keysInside) onCall(req, route.right, request);
      const answer = await route.action(exchange);
      for (const key of route.keysInside ? exchange.keys : []) onCall(req, route.right, { ...request, key });
      release = answer.bytes?.release;
      await exchange.releaseBody();
      await respond(req, res, answer, store.files, wire);
    } catch (error) {
      await exchange?.releaseBody();
      await respondError(req, res, error, ids, onError);
    } finally {
      await release?.().catch(onError);
    }
  }
  return { handle, ready: () => loading };
}
