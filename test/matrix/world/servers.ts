import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Client } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { createEc2, createObjectStore, type ObjectStore } from '../../../adapters/aws';
import { uploadSnapshot } from '../../../adapters/snapshot';
import { TrainctlClient } from '../../../client';
import { ownDevServer } from '../../support/own-dev-server';
import { quickBundle } from '../../support/quick/bundle';
import { Lane } from './lane';
import { LocalCloud } from './local-cloud';
import type { WorkerSetup } from './protocol';
import { settingsOf } from './settings';
import { Webhook } from './webhook';

/** All that runs are made of but the workers: a dev server, a local cloud, S3, a webhook. Each lane adds its own worker. */
export class Servers {
  readonly #secret = randomBytes(32).toString('hex');
  readonly #closers: (() => Promise<unknown> | unknown)[] = [];

  private constructor(
    readonly cloud: LocalCloud,
    readonly store: ObjectStore,
    readonly webhook: Webhook,
    private readonly env: TestWorkflowEnvironment,
    private readonly bundle: string,
  ) {}

  /** @param namespaces - of Temporal, beside `default` */
  static async start(namespaces: readonly string[]): Promise<Servers> {
    const closers: (() => Promise<unknown> | unknown)[] = [];
    try {
      const dir = mkdtempSync(path.join(os.tmpdir(), 'tm-run-'));
      closers.push(() => rmSync(dir, { recursive: true, force: true }));
      const bundle = path.join(dir, 'workflows.js');
      writeFileSync(bundle, (await quickBundle('timeouts')).code);
      const cloud = await LocalCloud.start();
      closers.push(() => cloud.close());
      const webhook = await Webhook.open();
      closers.push(() => webhook.close());
      const env = await ownDevServer({ extraArgs: namespaces.flatMap((name) => ['--namespace', name]) });
      closers.push(() => env.teardown());
      const store = createObjectStore(settingsOf(cloud.info, { address: env.address, namespace: 'default' }));
      closers.push(() => store.close());
      await store.ensureBucket();
      const servers = new Servers(cloud, store, webhook, env, bundle);
      servers.#closers.push(...closers);
      return servers;
    } catch (error) {
      await closeAll(closers);
      throw error;
    }
  }

  /** The product's client, for the runs of that lane. */
  clientOf(lane: Lane): TrainctlClient {
    const { namespace } = lane.client.options;
    const settings = settingsOf(this.cloud.info, { address: this.env.address, namespace });
    const ec2 = createEc2(settings);
    this.#closers.push(() => ec2.close());
    return new TrainctlClient(settings, lane.client, this.store, ec2);
  }

  /** A worker of its own, in that namespace; it starts when it is first needed. */
  lane(namespace: string): Lane {
    const { address, connection } = this.env;
    const setup: WorkerSetup = {
      t: 'setup',
      temporal: { address, namespace },
      cloud: this.cloud.info,
      webhook: this.webhook.url,
      bundle: this.bundle,
      secret: this.#secret,
    };
    const opened = new Lane(new Client({ connection, namespace }), setup);
    this.#closers.push(() => opened.close());
    return opened;
  }

  /** Uploads code for runs. `fill` puts it into the folder that it is given. Answers the snapshot. */
  async snapshotOf(fill: (dir: string) => void): Promise<string> {
    const code = mkdtempSync(path.join(os.tmpdir(), 'tm-code-'));
    try {
      fill(code);
      return (await uploadSnapshot(code, this.store, '')).snapshot;
    } finally {
      rmSync(code, { recursive: true, force: true });
    }
  }

  close(): Promise<void> {
    return closeAll(this.#closers);
  }
}

async function closeAll(closers: (() => Promise<unknown> | unknown)[]): Promise<void> {
  for (const close of closers.splice(0).reverse()) await close();
}
