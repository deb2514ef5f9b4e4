import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  DescribeImagesCommand,
  DescribeInstancesCommand,
  EC2Client,
  EC2ServiceException,
  type Instance,
  RunInstancesCommand,
  type RunInstancesCommandInput,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { type Cloud, type CloudOptions, startCloud } from '../../../../local/cloud/server';
import { contract } from '../clouds';
import type { OpenCloud } from '../clouds/contract';
import { until } from './until';

/** What is launched costs money, and outlives the test. */
export const onAws = contract.cloud.name === 'AWS';

export const PATIENCE_SECONDS = contract.cloud.patienceSeconds;

/** EC2 under test, and everything that was launched through it. */
export class Target {
  private readonly launched = new Set<string>();

  constructor(
    readonly ec2: EC2Client,
    readonly imageId: string,
    /** Undefined on all others. */
    readonly cloud: Cloud | undefined,
    private readonly dir: string | undefined,
    private readonly other?: OpenCloud,
  ) {}

  /** Launches one instance (or as many as asked for) and remembers it. */
  async run(input: Partial<RunInstancesCommandInput> = {}): Promise<Instance[]> {
    const { Instances = [] } = await this.ec2.send(
      new RunInstancesCommand({
        ImageId: this.imageId,
        InstanceType: 't3.micro',
        MinCount: 1,
        MaxCount: 1,
        ...input,
      }),
    );
    for (const { InstanceId } of Instances) if (InstanceId) this.launched.add(InstanceId);
    return Instances;
  }

  async runOne(input: Partial<RunInstancesCommandInput> = {}): Promise<Instance & { InstanceId: string }> {
    const [instance] = await this.run(input);
    if (!instance?.InstanceId) throw new Error('no instance was launched');
    return { ...instance, InstanceId: instance.InstanceId };
  }

  async describe(id: string): Promise<Instance> {
    const { Reservations = [] } = await this.ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }));
    const instance = Reservations[0]?.Instances?.[0];
    if (!instance) throw new Error(`${id} is not described`);
    return instance;
  }

  async reaches(id: string, state: string): Promise<Instance> {
    return until(
      `${id} ${state}`,
      async () => {
        const instance = await this.describe(id);
        return instance.State?.Name === state && instance;
      },
      PATIENCE_SECONDS,
    );
  }

  async runningOne(input: Partial<RunInstancesCommandInput> = {}): Promise<Instance & { InstanceId: string }> {
    const { InstanceId } = await this.runOne(input);
    return { ...(await this.reaches(InstanceId, 'running')), InstanceId };
  }

  /** What the local cloud itself knows of an instance. */
  stored(id: string) {
    return this.cloud?.store.instances.get(id);
  }

  /** The local cloud's control interface. */
  async control(method: string, call: string, body?: object): Promise<{ status: number; json: Json }> {
    const answer = await this.door(call, { method, ...(body ? { body: JSON.stringify(body) } : {}) });
    return { status: answer.status, json: (await answer.json()) as Json };
  }

  /** The same, as it is answered. */
  door(call: string, init: RequestInit = {}): Promise<Response> {
    const authorization = `Bearer ${this.cloud?.info.controlToken}`;
    return fetch(`${this.cloud?.info.url}/_local/${call}`, { ...init, headers: { authorization, ...init.headers } });
  }

  async close(): Promise<void> {
    if (onAws && this.launched.size > 0) {
      await this.ec2.send(new TerminateInstancesCommand({ InstanceIds: [...this.launched] }));
    }
    this.ec2.destroy();
    await this.cloud?.close();
    await this.other?.close();
    if (this.dir) await rm(this.dir, { recursive: true, force: true, maxRetries: 10 });
  }
}

// biome-ignore lint/suspicious/noExplicitAny: tests look into whatever comes
export type Json = any;

/** Opens a local cloud of its own, or the one that the contract is tried on. Calls are not retried: a test wants to see each refusal. */
export async function openTarget(options: Partial<CloudOptions> = {}): Promise<Target> {
  const other = await contract.cloud.open?.();
  if (other) {
    const { endpoint, region, credentials } = other;
    const ec2 = new EC2Client({
      region,
      maxAttempts: onAws ? 3 : 1,
      ...(endpoint === undefined ? {} : { endpoint }),
      ...(credentials === undefined ? {} : { credentials }),
    });
    return new Target(ec2, await newestImage(ec2), undefined, undefined, other);
  }
  const dir = await mkdtemp(path.join(tmpdir(), 'tc-'));
  const cloud = await startCloud({ dir, ...options });
  const ec2 = new EC2Client({
    endpoint: cloud.info.url,
    region: cloud.info.region,
    credentials: cloud.credentials,
    maxAttempts: 1,
  });
  return new Target(ec2, 'ami-0a24040000000a001', cloud, dir);
}

/** Ubuntu's of Canonical; a cloud that has none of them gives any. */
async function newestImage(ec2: EC2Client): Promise<string> {
  const ubuntu = new DescribeImagesCommand({
    Owners: ['099720109477'],
    Filters: [{ Name: 'name', Values: ['ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-server-*'] }],
  });
  const { Images: own = [] } = await ec2.send(ubuntu);
  const { Images = [] } = own.length > 0 || onAws ? { Images: own } : await ec2.send(new DescribeImagesCommand({}));
  const newest = Images.sort((a, b) => (a.CreationDate ?? '').localeCompare(b.CreationDate ?? '')).pop();
  return newest?.ImageId ?? '';
}

/** What a refused call was refused with. */
export async function refusal(call: Promise<unknown>): Promise<{ code: string; message: string; status: number }> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof EC2ServiceException)) throw error;
    return { code: error.name, message: error.message, status: error.$metadata.httpStatusCode ?? 0 };
  }
  throw new Error('the call was not refused');
}
