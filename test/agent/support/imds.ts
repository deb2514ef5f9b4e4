import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The metadata service of an instance: version 2 tokens, a spot notice, maintenance events. */
export class Imds {
  action: { action: string; time: string } | undefined;
  events: unknown[] = [];
  rebalance = false;
  token = 'token-1';
  asked = 0;
  private readonly server = createServer((request, response) => {
    const url = request.url ?? '';
    if (request.method === 'PUT' && url === '/latest/api/token') return void response.end(this.token);
    if (request.headers['x-aws-ec2-metadata-token'] !== this.token) return void response.writeHead(401).end();
    this.asked += 1;
    if (url === '/latest/meta-data/spot/instance-action' && this.action) {
      return void response.end(JSON.stringify(this.action));
    }
    if (url === '/latest/meta-data/events/maintenance/scheduled') return void response.end(JSON.stringify(this.events));
    if (url === '/latest/meta-data/events/recommendations/rebalance' && this.rebalance) {
      return void response.end('{"noticeTime":"2026-11-30T08:22:00Z"}');
    }
    response.writeHead(404).end();
  });

  async open(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
