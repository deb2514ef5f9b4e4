import { execFile, execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { OwnStack } from '../own-stack';

const run = promisify(execFile);

function isThere(): boolean {
  try {
    execFileSync('aws', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** A test that asks the cloud by AWS's own command line; skipped, and named so, where there is none. */
export const withAws: typeof test = isThere() ? test : test.skip;

interface Ec2Answers {
  Reservations?: { Instances: { InstanceId: string; State: { Name: string } }[] }[];
  Volumes?: { VolumeId: string; State: string }[];
  SpotInstanceRequests?: { SpotInstanceRequestId: string; State: string }[];
  Snapshots?: { SnapshotId: string }[];
  KeyPairs?: { KeyName: string }[];
  NetworkInterfaces?: { NetworkInterfaceId: string }[];
}

/**
 * Everything of a stack's cloud that costs money or room, asked by AWS's own command line and none of our code. The stack must be the
 * test's own: what is there is what its suites have left.
 */
export class AwsCli {
  private exports: string | undefined;

  constructor(private readonly stack: Pick<OwnStack, 'cli' | 'state'>) {}

  private async ask<T>(...args: string[]): Promise<T> {
    this.exports ??= (await this.stack.cli('stack', 'env')).stdout;
    const script = `${this.exports}\nexec aws "$@" --output json`;
    const { stdout } = await run('bash', ['-c', script, 'aws', ...args], { maxBuffer: 1 << 26 });
    return JSON.parse(stdout.trim() === '' ? '{}' : stdout) as T;
  }

  /** Instances ever launched, as far as EC2 still shows them. */
  async launched(): Promise<number> {
    const { Reservations = [] } = await this.ask<Ec2Answers>('ec2', 'describe-instances');
    return Reservations.flatMap(({ Instances }) => Instances).length;
  }

  async inEc2(): Promise<string[]> {
    const ec2 = (what: string, ...more: string[]): Promise<Ec2Answers> => this.ask('ec2', `describe-${what}`, ...more);
    const { Reservations = [] } = await ec2('instances');
    const { Volumes = [] } = await ec2('volumes');
    const { SpotInstanceRequests = [] } = await ec2('spot-instance-requests');
    const { Snapshots = [] } = await ec2('snapshots', '--owner-ids', 'self');
    const { KeyPairs = [] } = await ec2('key-pairs');
    const { NetworkInterfaces = [] } = await ec2('network-interfaces');
    return [
      ...Reservations.flatMap(({ Instances }) => Instances)
        .filter(({ State }) => State.Name !== 'terminated')
        .map(({ InstanceId, State }) => `${InstanceId} ${State.Name}`),
      ...Volumes.map(({ VolumeId, State }) => `${VolumeId} ${State}`),
      ...SpotInstanceRequests.filter(({ State }) => State === 'open' || State === 'active').map(
        ({ SpotInstanceRequestId, State }) => `${SpotInstanceRequestId} ${State}`,
      ),
      ...Snapshots.map(({ SnapshotId }) => SnapshotId),
      ...KeyPairs.map(({ KeyName }) => `key pair ${KeyName}`),
      ...NetworkInterfaces.map(({ NetworkInterfaceId }) => NetworkInterfaceId),
    ];
  }

  /** Keys and uploads, but for the reports of suites, which are kept. */
  async inS3(): Promise<string[]> {
    const { bucket } = this.stack.state.cloud;
    const of = ['--bucket', bucket];
    const { Contents = [] } = await this.ask<{ Contents?: { Key: string }[] }>('s3api', 'list-objects-v2', ...of);
    const { Uploads = [] } = await this.ask<{ Uploads?: { Key: string }[] }>('s3api', 'list-multipart-uploads', ...of);
    return [
      ...Contents.map(({ Key }) => Key).filter((key) => !key.startsWith('e2e-reports/')),
      ...Uploads.map(({ Key }) => `upload ${Key}`),
    ];
  }

  /** What is there now; where something is on its way out, waits for it. */
  async left(): Promise<string[]> {
    for (;;) {
      const all = [...(await this.inEc2()), ...(await this.inS3())];
      if (!all.some((one) => /^i-\S+ shutting-down$|^vol-/.test(one))) return all;
      await sleep(1000);
    }
  }

  /** Waits until nothing is there: after an end by force, what is taken away comes later. */
  async untilNothing(): Promise<void> {
    while ((await this.left()).length > 0) await sleep(2000);
  }
}
