import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { openTarget, type Target } from './target';

const run = promisify(execFile);
let target: Target;
let bucket: string;
let env: NodeJS.ProcessEnv;
let have: { boto3: boolean; aws: boolean };
beforeAll(async () => {
  const works = (file: string, args: string[]) =>
    run(file, args).then(
      () => true,
      () => false,
    );
  have = { boto3: await works('python3', ['-c', 'import boto3']), aws: await works('aws', ['--version']) };
  target = await openTarget();
  bucket = await target.bucket();
  env = {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    AWS_ACCESS_KEY_ID: target.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: target.credentials.secretAccessKey,
    AWS_REGION: target.region,
    AWS_DEFAULT_REGION: target.region,
    AWS_ENDPOINT_URL_S3: target.endpoint,
    AWS_EC2_METADATA_DISABLED: 'true',
    BUCKET: bucket,
  };
});
afterAll(() => target.close());

const SCRIPT = `
import os, io, json, urllib.request
import boto3
from botocore.config import Config
from boto3.s3.transfer import TransferConfig
from botocore.exceptions import ClientError
s3 = boto3.client("s3", config=Config(signature_version="s3v4")); b = os.environ["BUCKET"]; seen = {}
s3.put_object(Bucket=b, Key="py/ä b+c", Body=b"hello", Metadata={"k": "v"})
r = s3.get_object(Bucket=b, Key="py/ä b+c"); seen["get"] = [r["Body"].read().decode(), r["Metadata"]]
data = os.urandom(11 * 1024 * 1024)
config = TransferConfig(multipart_threshold=5 * 1024 * 1024, multipart_chunksize=5 * 1024 * 1024)
s3.upload_fileobj(io.BytesIO(data), b, "py/big", Config=config)
out = io.BytesIO(); s3.download_fileobj(b, "py/big", out, Config=config); seen["big"] = out.getvalue() == data
seen["etag"] = s3.head_object(Bucket=b, Key="py/big")["ETag"].strip('"').split("-")[1]
seen["list"] = [o["Key"] for p in s3.get_paginator("list_objects_v2").paginate(Bucket=b, PaginationConfig={"PageSize": 1}) for o in p["Contents"]]
seen["resource"] = [o.key for o in boto3.resource("s3").Bucket(b).objects.filter(Prefix="py/")]
url = s3.generate_presigned_url("get_object", Params={"Bucket": b, "Key": "py/ä b+c"})
try:
    seen["url"] = urllib.request.urlopen(url).read().decode()
except urllib.error.HTTPError as e:
    seen["url"] = e.read().decode()
old = boto3.client("s3", config=Config(signature_version="s3"))
try: urllib.request.urlopen(old.generate_presigned_url("get_object", Params={"Bucket": b, "Key": "py/big"}))
except urllib.error.HTTPError as e: seen["old"] = "Please use AWS4-HMAC-SHA256" in e.read().decode()
post = s3.generate_presigned_post(b, "py/\${filename}", Conditions=[["content-length-range", 1, 10]])
seen["fields"] = sorted(post["fields"])
s3.copy_object(Bucket=b, Key="py/copy", CopySource={"Bucket": b, "Key": "py/ä b+c"})
try: s3.put_object(Bucket=b, Key="py/copy", Body=b"x", IfNoneMatch="*")
except ClientError as e: seen["conflict"] = e.response["Error"]["Code"]
seen["deleted"] = len(s3.delete_objects(Bucket=b, Delete={"Objects": [{"Key": k} for k in seen["list"] + ["py/copy"]]})["Deleted"])
print(json.dumps(seen))
`;

test('boto3: objects, parts, pages, presigned, conditions', async () => {
  if (!have.boto3) return void process.stdout.write('skipped: boto3 is not importable by python3\n');
  const { stdout } = await run('python3', ['-c', SCRIPT], { env });
  expect(JSON.parse(stdout)).toEqual({
    get: ['hello', { k: 'v' }],
    big: true,
    etag: '3',
    list: ['py/big', 'py/ä b+c'],
    resource: ['py/big', 'py/ä b+c'],
    url: 'hello',
    old: true,
    fields: ['key', 'policy', 'x-amz-algorithm', 'x-amz-credential', 'x-amz-date', 'x-amz-signature'],
    conflict: 'PreconditionFailed',
    deleted: 3,
  });
});

test('the aws command line: cp, ls, sync-like listing, rm', async () => {
  if (!have.aws) return void process.stdout.write('skipped: no aws command\n');
  const aws = async (...args: string[]): Promise<string> => (await run('aws', args, { env })).stdout;
  await aws('s3', 'cp', __filename, `s3://${bucket}/cli/a b.ts`, '--quiet');
  expect(await aws('s3', 'ls', `s3://${bucket}/`)).toContain('PRE cli/');
  expect(await aws('s3', 'cp', `s3://${bucket}/cli/a b.ts`, '-')).toContain('the aws command line');
  const listed = JSON.parse(await aws('s3api', 'list-objects-v2', '--bucket', bucket)) as {
    Contents: { Key: string }[];
  };
  expect(listed.Contents.map(({ Key }) => Key)).toEqual(['cli/a b.ts']);
  await aws('s3', 'rm', `s3://${bucket}/`, '--recursive', '--quiet');
  await aws('s3', 'rb', `s3://${bucket}`);
}, 120_000);
