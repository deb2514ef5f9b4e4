import {
  DescribeInstancesCommand,
  DescribeSpotInstanceRequestsCommand,
  DescribeVolumesCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { S3Client } from '@aws-sdk/client-s3';
import { stackState } from './stack';

const options = () => {
  const { cloud } = stackState();
  return {
    region: cloud.region,
    endpoint: cloud.url,
    credentials: { accessKeyId: cloud.accessKeyId, secretAccessKey: cloud.secretAccessKey },
  };
};

export const ec2 = (): EC2Client => new EC2Client(options());
export const s3 = (): S3Client => new S3Client({ ...options(), forcePathStyle: true });

/** What EC2 itself shows alive of a run: asked without any of the product's code. */
export async function aliveOf(run: string): Promise<string[]> {
  const client = ec2();
  const filter = [{ Name: 'tag:trainctl:run', Values: [run] }];
  try {
    const [instances, volumes, requests] = await Promise.all([
      client.send(new DescribeInstancesCommand({ Filters: filter })),
      client.send(new DescribeVolumesCommand({ Filters: filter })),
      client.send(new DescribeSpotInstanceRequestsCommand({ Filters: filter })),
    ]);
    return [
      ...(instances.Reservations ?? [])
        .flatMap((reservation) => reservation.Instances ?? [])
        .filter((instance) => instance.State?.Name !== 'terminated')
        .map((instance) => `${instance.InstanceId} ${instance.State?.Name}`),
      ...(volumes.Volumes ?? []).map((volume) => `${volume.VolumeId} ${volume.State}`),
      ...(requests.SpotInstanceRequests ?? [])
        .filter((request) => request.State === 'open' || request.State === 'active')
        .map((request) => `${request.SpotInstanceRequestId} ${request.State}`),
    ];
  } finally {
    client.destroy();
  }
}

/** How many instances were ever launched for a run, by what EC2 still lists. */
export async function launchedFor(run: string): Promise<number> {
  const client = ec2();
  try {
    const found = await client.send(
      new DescribeInstancesCommand({ Filters: [{ Name: 'tag:trainctl:run', Values: [run] }] }),
    );
    return (found.Reservations ?? []).flatMap((reservation) => reservation.Instances ?? []).length;
  } finally {
    client.destroy();
  }
}

export interface SeenInstance {
  id: string;
  state: string;
  stateReason?: { code: string };
  tags: Record<string, string>;
}

/** The instances that the local cloud itself knows, whatever EC2 shows of them. */
export const knownInstances = async (): Promise<SeenInstance[]> =>
  (await local<{ instances: SeenInstance[] }>('GET', 'state')).instances;

/** The local cloud's own interface: faults and interruptions. */
export async function local<T = unknown>(method: string, path: string, body?: unknown): Promise<T> {
  const { url, controlToken } = stackState().cloud;
  const answer = await fetch(`${url}/_local/${path}`, {
    method,
    headers: { authorization: `Bearer ${controlToken}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${method} /_local/${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}
