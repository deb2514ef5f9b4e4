import type { ListedCheckpoint } from '../../../client';
import type { RunStatus } from '../../../contract';
import { lastJson, succeeded, trainctl } from '../../support/cli';
import { project } from '../../support/project';

jest.setTimeout(300_000);

/** Saves once, beside things that no checkpoint holds, and goes on. */
const TRAIN = `
import os, time
d = os.environ["TRAINCTL_CHECKPOINT_DIR"]
open(d + "/w", "w").write("weights"); open(d + "/kept", "w").write("x")
os.mkfifo(d + "/pipe"); os.symlink("/etc/hostname", d + "/host"); os.link(d + "/kept", "elsewhere")
time.sleep(600)
`;

const LEFT_OUT = [
  "'pipe': a fifo, left out",
  "'kept': also a name outside of the directory, comes back as a file of its own",
  "'host': a link that points out of the directory, left out",
];

test('what a checkpoint leaves out is told while the training goes on, and in the list of checkpoints', async () => {
  const dir = await project({ 'train.py': TRAIN });
  const started = ['run', dir, '--detach', '--json', '--set', 'checkpoints.every=1s', '--', 'python3', 'train.py'];
  const { run } = lastJson<{ run: string }>(await trainctl(started));
  const status = async () => JSON.parse((await trainctl(['status', run, '--json'])).stdout) as RunStatus;
  const told = ({ warnings = [] }: RunStatus) =>
    warnings.map(({ message }) => message).filter((text) => text.startsWith('checkpoint: '));
  let now = await status();
  while (now.outcome === undefined && told(now).length < LEFT_OUT.length) now = await status();
  expect(now.phase).toBe('training');
  expect(told(now).sort()).toEqual(LEFT_OUT.map((text) => `checkpoint: ${text}`).sort());
  while (now.lastCheckpoint === undefined) now = await status();

  const [listed] = JSON.parse((await trainctl(['checkpoints', 'ls', run, '--json'])).stdout) as ListedCheckpoint[];
  expect([listed?.state, [...(listed?.leftOut ?? [])].sort()]).toEqual(['whole', [...LEFT_OUT].sort()]);
  const { stdout } = await succeeded(trainctl(['checkpoints', 'ls', run]));
  for (const text of LEFT_OUT) expect(stdout).toContain(`not as it was: ${text}`);

  await trainctl(['stop', run]);
  await trainctl(['status', run, '--wait']);
  // Once, though the end says it again.
  expect(told(await status()).filter((text) => text.includes('a fifo'))).toHaveLength(1);
});
