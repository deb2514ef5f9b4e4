import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { openTarget, type Target } from './support/target';

const run = promisify(execFile);
let target: Target;
let environment: NodeJS.ProcessEnv;
beforeAll(async () => {
  target = await openTarget();
  environment = {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    AWS_ACCESS_KEY_ID: target.cloud?.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: target.cloud?.credentials.secretAccessKey,
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_ENDPOINT_URL_EC2: target.cloud?.info.url,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_PAGER: '',
    IMAGE: target.imageId,
  };
});
afterAll(() => target.close());

async function installed(file: string, args: string[]): Promise<boolean> {
  return run(file, args).then(
    () => true,
    () => {
      console.warn(`${file} ${args.join(' ')} does not work here: this test shows nothing`);
      return false;
    },
  );
}

const BOTO = `
import boto3, json, os
from botocore.exceptions import ClientError
ec2 = boto3.client("ec2"); seen = {}
tags = [{"ResourceType": "instance", "Tags": [{"Key": "who", "Value": "boto"}]}]
made = ec2.run_instances(ImageId=os.environ["IMAGE"], InstanceType="g5.xlarge", MinCount=1, MaxCount=2, TagSpecifications=tags,
    UserData="#!/bin/sh\\necho hi", InstanceMarketOptions={"MarketType": "spot"}, Placement={"AvailabilityZone": "us-east-1b"})
ids = [i["InstanceId"] for i in made["Instances"]]
waiter = ec2.get_waiter("instance_running"); waiter.config.delay = 0.1; waiter.wait(InstanceIds=ids)
found = [i for p in ec2.get_paginator("describe_instances").paginate(Filters=[{"Name": "tag:who", "Values": ["b*"]}],
    PaginationConfig={"PageSize": 5}) for r in p["Reservations"] for i in r["Instances"]]
seen["found"] = sorted(i["InstanceId"] for i in found) == sorted(ids)
seen["lifecycle"] = found[0]["InstanceLifecycle"]
seen["launched"] = found[0]["LaunchTime"].year
seen["requests"] = [r["Status"]["Code"] for r in ec2.describe_spot_instance_requests()["SpotInstanceRequests"]]
seen["price"] = ec2.describe_spot_price_history(InstanceTypes=["g5.xlarge"], AvailabilityZone="us-east-1b",
    ProductDescriptions=["Linux/UNIX"])["SpotPriceHistory"][0]["SpotPrice"]
seen["gpus"] = ec2.describe_instance_types(InstanceTypes=["g5.xlarge"])["InstanceTypes"][0]["GpuInfo"]["Gpus"][0]["Count"]
try: ec2.run_instances(ImageId="ami-00000000000000000", InstanceType="t3.micro", MinCount=1, MaxCount=1)
except ClientError as e: seen["error"] = e.response["Error"]["Code"]
resource = boto3.resource("ec2").Instance(ids[0]); resource.create_tags(Tags=[{"Key": "more", "Value": "yes"}]); resource.reload()
seen["tags"] = sorted(t["Key"] for t in resource.tags)
ec2.terminate_instances(InstanceIds=ids)
waiter = ec2.get_waiter("instance_terminated"); waiter.config.delay = 0.1; waiter.wait(InstanceIds=ids)
seen["volumes"] = ec2.describe_volumes()["Volumes"]
print(json.dumps(seen))
`;

it('boto3 launches, waits, lists, tags and terminates', async () => {
  if (!(await installed('python3', ['-c', 'import boto3']))) return;
  const { stdout } = await run('python3', ['-c', BOTO], { env: environment });
  expect(JSON.parse(stdout)).toEqual({
    found: true,
    lifecycle: 'spot',
    launched: new Date().getUTCFullYear(),
    requests: ['fulfilled', 'fulfilled'],
    price: '0.350100',
    gpus: 1,
    error: 'InvalidAMIID.NotFound',
    tags: ['more', 'who'],
    volumes: [],
  });
});

it('the aws CLI runs, describes and terminates', async () => {
  if (!(await installed('aws', ['--version']))) return;
  const aws = async (...args: string[]) => (await run('aws', ['ec2', ...args], { env: environment })).stdout.trim();
  const query = ['--query', 'Instances[0].InstanceId', '--output', 'text'];
  const id = await aws('run-instances', '--image-id', target.imageId, '--instance-type', 't3.micro', ...query);
  expect(id).toMatch(/^i-[0-9a-f]{17}$/);
  const state = ['--query', 'Reservations[].Instances[].State.Name', '--output', 'text'];
  expect(await aws('describe-instances', '--instance-ids', id, ...state)).toMatch(/pending|running/);
  await expect(aws('describe-instances', '--instance-ids', 'i-0')).rejects.toMatchObject({
    stderr: expect.stringContaining('InvalidInstanceID.Malformed'),
  });
  const ended = ['--query', 'TerminatingInstances[0].CurrentState.Name', '--output', 'text'];
  expect(await aws('terminate-instances', '--instance-ids', id, ...ended)).toBe('shutting-down');
});
