import { PutObjectCommand } from '@aws-sdk/client-s3';
import type { RunStatus } from '../../../contract';
import { lastJson, trainctl } from '../../support/cli';
import { s3 } from '../../support/cloud';
import { project } from '../../support/project';
import { stackState } from '../../support/stack';

jest.setTimeout(300_000);

/** Runs a script to its end, by a spec that restarts a failing command once; answers its log and what the run warns of. */
async function run(script: string, spec: object = {}): Promise<{ outcome: string; log: string; warnings: string }> {
  const whole = { command: ['python3', 'train.py'], retry: { failures: 1 }, checkpoints: { every: '1h' }, ...spec };
  const dir = await project({ 'train.py': script, 'trainctl.yaml': JSON.stringify(whole) });
  const { outcome, run: id } = lastJson<{ outcome: string; run: string }>(
    await trainctl(['run', '--json'], { cwd: dir }),
  );
  const log = (await trainctl(['logs', id])).stdout;
  const status = JSON.parse((await trainctl(['status', id, '--json'])).stdout) as RunStatus;
  return { outcome, log, warnings: (status.warnings ?? []).map(({ message }) => message).join('\n') };
}

/** Leaves a directory with all that one can have, fails, and then compares what came back with what it noted outside of it. */
const AS_IT_WAS = `
import json, os, socket, sys
d = os.environ["TRAINCTL_CHECKPOINT_DIR"]
def facts():
    found = {}
    for folder, folders, names in os.walk(d):
        for name in [""] + folders + names:
            path = os.path.join(folder, name).rstrip("/")
            i = os.lstat(path)
            found[os.path.relpath(path, d)] = [i.st_mode, i.st_mtime_ns, 0 if name in folders or not name else i.st_size]
    return found
if os.environ["TRAINCTL_RESUME_FROM"]:
    want = json.load(open(os.environ["NOTES"])); got = facts()
    print("same" if want == got else "differ %s %s" % (want, got))
    print("one file" if os.path.samefile(d + "/w", d + "/old/w") else "two files")
    print("sparse" if os.stat(d + "/map").st_blocks * 512 < 50 << 20 else "filled")
    print("content", open(d + "/map", "rb").read(4), open(d + "/map", "rb").seek(-4, 2) and open(d + "/map", "rb").read()[-4:])
    sys.exit(0)
os.makedirs(d + "/old/deep"); os.makedirs(d + "/private")
open(d + "/w", "w").write("weights"); os.link(d + "/w", d + "/old/w"); os.symlink("old", d + "/latest")
with open(d + "/map", "wb") as f:
    f.write(b"head"); f.seek(200 << 20); f.write(b"tail")
open(d + "/run.sh", "w").write("x"); os.chmod(d + "/run.sh", 0o750)
for n, name in enumerate(["w", "run.sh", "map", "latest", "old/deep", "old", "private", ""]):
    os.utime(d + "/" + name if name else d, ns=(1, 1600000000000000001 + n * 3000000007), follow_symlinks=False)
os.chmod(d + "/private", 0o700)
json.dump(facts(), open(os.environ["NOTES"], "w"))
os.mkfifo(d + "/pipe")
os.utime(d, ns=(1, 1600000000000000001 + 7 * 3000000007))
open(os.environ["TRAINCTL_METRICS"], "a").write('{"step": 7}\\n')
sys.exit(17)
`;

test('a checkpoint comes back as it was; what it cannot hold is named', async () => {
  const notes = `${await project({ x: '' })}/notes`;
  const { outcome, log, warnings } = await run(AS_IT_WAS, { env: { NOTES: notes } });
  expect(log).toContain('same\none file\nsparse\n');
  expect(log).toContain("content b'head' b'tail'");
  expect(outcome).toBe('succeeded');
  expect(warnings).toContain("checkpoint: 'pipe': a fifo, left out");
});

const FROM_PRETRAINED = `
import json, os, sys
d = os.environ["TRAINCTL_CHECKPOINT_DIR"]
step = json.load(open(d + "/state.json"))["step"]
print("begins at", step, "more" if os.path.exists(d + "/more") else "alone", open("data/x").read())
if step == 44: sys.exit(0)
json.dump({"step": 44}, open(d + "/state.json", "w")); os.unlink(d + "/more")
open(os.environ["TRAINCTL_METRICS"], "a").write('{"step": 44}\\n'); sys.exit(17)
`;

test('an input in the checkpoint directory is used at the beginning, and never undoes what was restored', async () => {
  const { bucket } = stackState().cloud;
  const client = s3();
  for (const [name, Body] of Object.entries({ 'state.json': '{"step": 0}', more: 'm', x: 'data' })) {
    await client.send(new PutObjectCommand({ Bucket: bucket, Key: `in/pretrained/${name}`, Body }));
  }
  client.destroy();
  const from = (name: string) => `s3://${bucket}/in/pretrained/${name}`;
  const inputs = [
    { from: from('state.json'), to: 'checkpoints/state.json' },
    { from: from('more'), to: 'checkpoints/' },
    { from: from('x'), to: 'data/' },
  ];
  const { outcome, log } = await run(FROM_PRETRAINED, { inputs });
  expect(outcome).toBe('succeeded');
  expect(log).toContain('begins at 44 alone data');
});

const MOVED_AWAY = `
import os, tempfile
d = os.environ["TRAINCTL_CHECKPOINT_DIR"]
big = tempfile.mkdtemp(); open(big + "/private", "w").write("x" * 1000)
os.rmdir(d); os.symlink(big, d)
open(d + "/w", "w").write("1")
`;

test('a checkpoint directory that became a link to elsewhere is not followed, and that is said', async () => {
  const { outcome, warnings } = await run(MOVED_AWAY);
  expect(outcome).toBe('succeeded');
  expect(warnings).toContain('checkpoints is a link to');
  expect(warnings).toContain('is not followed');
});
