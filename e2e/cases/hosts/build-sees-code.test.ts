import { setTimeout as sleep } from 'node:timers/promises';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import type { RunStatus } from '../../../contract';
import { trainctl } from '../../support/cli';
import { s3 } from '../../support/cloud';
import { indexReachable } from '../../support/index-reachable';
import { project } from '../../support/project';
import { stackState } from '../../support/stack';

jest.setTimeout(300_000);

const online = indexReachable() ? test : test.skip;

/** With its package beside the script: setuptools refuses it as soon as another folder lies there. */
const FLAT = `[project]
name = "flatpkg"
version = "0.1"
[build-system]
requires = ["setuptools"]
build-backend = "setuptools.build_meta"
`;

const TRAIN = `
import os, signal, sys, time, flatpkg
d = os.environ["TRAINCTL_CHECKPOINT_DIR"]
print("has", sorted(os.listdir(".")))
if os.environ["TRAINCTL_RESUME_FROM"]:
    print("resumed with", os.listdir(d)); sys.exit(0)
open(d + "/w.pt", "w").write("1")
signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
while True: time.sleep(0.1)
`;

online('the build of the code sees the code alone, on the second attempt as on the first', async () => {
  const { bucket } = stackState().cloud;
  const client = s3();
  await client.send(new PutObjectCommand({ Bucket: bucket, Key: 'in/flat/a.csv', Body: '1' }));
  client.destroy();
  const spec = {
    command: ['python', 'train.py'],
    inputs: [{ from: `s3://${bucket}/in/flat/`, to: 'dataset/' }],
    // By hand and in place as well, as many do.
    setup: ['ls -A > seen-by-setup', 'pip install --no-deps -e .'],
    resources: { market: 'spot' },
    checkpoints: { every: '1s' },
  };
  const files = { 'pyproject.toml': FLAT, 'flatpkg/__init__.py': '', 'train.py': TRAIN };
  const dir = await project({ ...files, 'trainctl.yaml': JSON.stringify(spec) });
  const started = await trainctl(['run', '--detach', '--json'], { cwd: dir });
  const { run } = JSON.parse(started.stdout) as { run: string };
  const status = async (): Promise<RunStatus> =>
    JSON.parse((await trainctl(['status', run, '--json'])).stdout) as RunStatus;

  let now = await status();
  while (!now.lastCheckpoint && !now.outcome) {
    await sleep(300);
    now = await status();
  }
  await trainctl(['local', 'interrupt', now.attempts[0]?.instanceId ?? '']);
  while (!now.outcome) {
    await sleep(300);
    now = await status();
  }
  expect(now).toMatchObject({ outcome: 'succeeded', attemptCount: 2 });
  const log = (await trainctl(['logs', run])).stdout;
  expect(log).toContain("resumed with ['w.pt']");
  expect(log).toContain("'dataset'");
});
