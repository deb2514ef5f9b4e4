import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WebhookEvent, WebhookMessage } from '../../../contract';

const EVERY_MS = 100;

/** Where the messages of all runs arrive. */
export class Webhook {
  readonly #heard = new Set<string>();

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async open(): Promise<Webhook> {
    const server = createServer((request, answer) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        webhook.hear(JSON.parse(Buffer.concat(parts).toString()) as WebhookMessage);
        answer.end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const webhook = new Webhook(server, `http://127.0.0.1:${port}/`);
    return webhook;
  }

  private hear({ run, event }: WebhookMessage): void {
    this.#heard.add(`${run} ${event}`);
  }

  /** Whether it has been told of that, within some seconds. */
  async told(run: string, event: WebhookEvent['event'], seconds: number): Promise<boolean> {
    const until = Date.now() + seconds * 1000;
    while (!this.#heard.has(`${run} ${event}`) && Date.now() < until) await sleep(EVERY_MS);
    return this.#heard.has(`${run} ${event}`);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
