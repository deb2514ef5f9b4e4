import { PutObjectCommand } from '@aws-sdk/client-s3';
import { createClient, type RunHandle, type TracedCheckpoint, type TrainctlClient } from '../../../client';
import { manifestName, nodePrefix } from '../../../contract';
import { trainctl } from '../../support/cli';
import { local, s3 } from '../../support/cloud';
import { instanceOf } from '../../support/counting';
import { gate } from '../../support/gate';

jest.setTimeout(300_000);

/**
 * Saves at every eighth step, in place of the file before, as one should; what it saves at the sixteenth cannot be read. It waits
 * after each of these two.
 */
const SCRIPT = `
import json, os, sys, time
path = os.path.join(os.environ["TRAINCTL_CHECKPOINT_DIR"], "state.json")
step = json.load(open(path))["step"] if os.path.exists(path) else 0
print("from step", step, flush=True)
while step < 40:
    step += 1
    time.sleep(0.02)
    if step % 8 == 0:
        text = json.dumps({"step": step})
        if step == 16 and os.environ["TRAINCTL_ATTEMPT"] == "1":
            text = text[:-1]
        with open(path + ".new", "w") as file:
            file.write(text)
        os.replace(path + ".new", path)
        if os.environ["TRAINCTL_ATTEMPT"] == "1" and step <= 16:
            os.system(os.environ["AFTER_%d" % step])
os.makedirs("outputs", exist_ok=True)
open("outputs/count", "w").write(str(step))
`;

/** Manifests that no agent wrote, and that come before all others. */
const DAMAGED = [
  '{"format": 1, "number": 901, "files": [{"path": "state.json", "size": 1e308, "mode": 420, "parts": []}]}',
  `{"format": 1, "number": 902, "files": ${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
  `{"format": 1, "number": 903, "files": [{"path": "${'n'.repeat(9000)}", "size": 0, "mode": 420, "parts": []}]}`,
];

let client: TrainctlClient;
const store = s3();
beforeAll(async () => {
  client = await createClient();
});
afterAll(async () => {
  store.destroy();
  await client?.close();
});

/** The key of the newest checkpoint that attempt 1 tells of, once it is another one. */
async function checkpointAfter(run: RunHandle, before?: string): Promise<string> {
  for (;;) {
    const key = (await run.live(1).catch(() => undefined))?.checkpoint?.key;
    if (key !== undefined && key !== before) return key;
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
}

test('a resume that dies steps back to the checkpoint before; damaged ones are passed over', async () => {
  const [after8, after16] = [gate(), gate()];
  const run = await client.start({
    name: 'step-back',
    command: ['python3', '-c', SCRIPT],
    checkpoints: { every: '1s', grace: '2s' },
    resources: { instanceTypes: ['t3.large'], market: 'spot' },
    retry: { failures: 0 },
    env: { AFTER_8: after8.waits, AFTER_16: after16.waits },
  });
  const first = await checkpointAfter(run);
  after8.open();
  const torn = await checkpointAfter(run, first);
  const { bucket, prefix } = client.settings;
  for (const [i, Body] of DAMAGED.entries()) {
    const Key = nodePrefix(prefix, run.runKey, 1, 0) + manifestName(901 + i);
    await store.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));
  }
  await local('POST', `instances/${await instanceOf(run)}/kill`, {});

  expect(await run.result()).toMatchObject({ outcome: 'succeeded', attemptCount: 3, interruptions: 1, leftovers: 0 });
  const status = await run.status();
  expect(status.failures).toBe(0);
  expect(status.attempts.map(({ restored, failedToResume }) => [restored?.key, failedToResume])).toEqual([
    [undefined, undefined],
    [torn, true],
    [first, undefined],
  ]);
  const said = status.attempts[1]?.stages.find(({ name }) => name === 'restore')?.detail;
  expect(said).toContain('3 damaged ones passed over');
  const { stdout: log } = await trainctl(['logs', run.run, '--attempt', '3']);
  expect(log).toContain('from step 8');

  const listed = await trainctl(['checkpoints', 'ls', run.run, '--json']);
  const found = JSON.parse(listed.stdout) as TracedCheckpoint[];
  const of = (key: string) => found.find((one) => one.key === key)?.resumedBy;
  expect(of(torn)).toEqual([{ attempt: 2, end: 'failed' }]);
  expect(of(first)).toEqual([{ attempt: 3, end: 'went-on' }]);
  const { stdout: table } = await trainctl(['checkpoints', 'ls', run.run]);
  expect(table).toContain('attempt 2 failed to resume from it');
  expect(table).toContain('attempt 3 resumed from it and went on');
});
