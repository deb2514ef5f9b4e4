import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Heard {
  event: string;
  run: string;
  text: string;
  outcome?: string;
  scenario?: string;
  step?: string;
  reason?: string;
  link?: string;
  leftovers?: number;
}

/** Where a worker's webhook leads to. */
export class Receiver {
  readonly heard: Heard[] = [];

  private constructor(private readonly server: Server) {}

  static async listen(): Promise<Receiver> {
    const server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        receiver.heard.push(JSON.parse(Buffer.concat(parts).toString('utf8')) as Heard);
        response.end();
      });
    });
    const receiver = new Receiver(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/hook`;
  }

  /** Waits for the word that a suite has ended. */
  async endOf(suite: string): Promise<Heard> {
    for (;;) {
      const found = this.heard.find(({ event, run }) => event === 'suite-ended' && run === suite);
      if (found) return found;
      await sleep(200);
    }
  }

  close(): Promise<unknown> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(resolve));
  }
}
