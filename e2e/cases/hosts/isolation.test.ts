import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import type { RunResult } from '../../../contract';
import { lastJson, trainctl } from '../../support/cli';
import { aliveOf, s3 } from '../../support/cloud';
import { project } from '../../support/project';
import { stackState } from '../../support/stack';

jest.setTimeout(240_000);

/** Tells all it can see: its own files, environment, processes; and stays long enough that both are there at once. */
const SPY = `
import json, os, subprocess, time, pathlib
me = os.environ["WHO"]
time.sleep(4)
seen = {
  "who": me,
  "files": sorted(os.listdir(".")),
  "data": open("data/secret.txt").read(),
  "env": {k: v for k, v in os.environ.items() if k.startswith(("ONLY_", "TRAINCTL_RUN"))},
  "home": os.listdir(os.path.expanduser("~/trainctl")),
  "ps": subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True).stdout,
}
os.makedirs("outputs", exist_ok=True)
json.dump(seen, open("outputs/seen.json", "w"))
`;

interface Seen {
  who: string;
  files: string[];
  data: string;
  env: Record<string, string>;
  home: string[];
  ps: string;
}

async function upload(name: string): Promise<string> {
  const { PutObjectCommand } = await import('@aws-sdk/client-s3');
  const client = s3();
  const bucket = stackState().cloud.bucket;
  await client.send(new PutObjectCommand({ Bucket: bucket, Key: `in/${name}/secret.txt`, Body: `data of ${name}` }));
  client.destroy();
  return `s3://${bucket}/in/${name}/`;
}

async function start(name: string): Promise<{ result: RunResult; code: number | null; seen: Seen; keys: string[] }> {
  const from = await upload(name);
  const dir = await project({
    'spy.py': SPY,
    [`only-${name}.txt`]: name,
    'trainctl.yaml': JSON.stringify({
      name: `iso-${name}`,
      command: ['python3', 'spy.py', `--marker-of-${name}`],
      env: { WHO: name, [`ONLY_${name.toUpperCase()}`]: 'yes' },
      inputs: [{ from, to: 'data/' }],
    }),
  });
  const done = await trainctl(['run', '--json', '--yes'], { cwd: dir });
  const result = lastJson<RunResult>(done);
  const status = await trainctl(['status', result.run, '--json']);
  const { runKey } = JSON.parse(status.stdout) as { runKey: string };
  const client = s3();
  const bucket = stackState().cloud.bucket;
  const listed = await client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: `runs/${runKey}/` }));
  const keys = (listed.Contents ?? []).map((object) => object.Key ?? '');
  const key = keys.find((candidate) => candidate.endsWith('seen.json'));
  const body = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  const seen = JSON.parse((await body.Body?.transformToString()) ?? '') as Seen;
  client.destroy();
  return { result, code: done.code, seen, keys };
}

test('two runs at once with different code, data and environment do not see each other', async () => {
  const [red, blue] = await Promise.all([start('red'), start('blue')]);
  for (const [mine, other] of [
    [red, 'blue'],
    [blue, 'red'],
  ] as const) {
    const me = mine.seen.who;
    expect(mine.code).toBe(0);
    expect(mine.seen.files).toContain(`only-${me}.txt`);
    expect(mine.seen.files).not.toContain(`only-${other}.txt`);
    expect(mine.seen.data).toBe(`data of ${me}`);
    expect(mine.seen.env[`ONLY_${me.toUpperCase()}`]).toBe('yes');
    expect(mine.seen.env[`ONLY_${other.toUpperCase()}`]).toBeUndefined();
    expect(mine.seen.home.filter((name) => !name.startsWith('agent-'))).toHaveLength(1);
    expect(mine.seen.ps).not.toContain(`marker-of-${other}`);
    expect(await aliveOf(mine.result.run)).toEqual([]);
  }
  expect(red.keys.filter((key) => blue.keys.includes(key))).toEqual([]);
});
