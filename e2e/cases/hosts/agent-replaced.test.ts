import { lastJson, trainctl } from '../../support/cli';
import { aliveOf } from '../../support/cloud';
import { project } from '../../support/project';

jest.setTimeout(300_000);

/** Puts a file of the agent's length in its place; saves when it is told to stop. */
const SPOILER = `
import glob, os, signal, sys, time
def save(*_):
    open(os.path.join(os.environ["TRAINCTL_CHECKPOINT_DIR"], "last"), "w").write("saved")
    sys.exit(0)
signal.signal(signal.SIGTERM, save)
[agent] = glob.glob(os.path.join(os.getcwd(), "..", "..", "..", "..", "agent-*.pyz"))
length = os.path.getsize(agent)
os.chmod(agent, 0o600)
with open(agent, "wb") as file:
    file.write(b"raise SystemExit(0)\\n".ljust(length, b"#"))
print("spoilt", flush=True)
while True:
    time.sleep(0.1)
`;

interface Seen {
  outcome?: string;
  phase: string;
  warnings?: { message: string }[];
  lastCheckpoint?: object;
}

test('a file of the same length in the place of the agent keeps nobody from stopping the run, and is told', async () => {
  const dir = await project({ 'spoiler.py': SPOILER });
  const started = await trainctl(['run', '--json', '--detach', '--', 'python3', 'spoiler.py'], { cwd: dir });
  const { run } = lastJson<{ run: string }>(started);
  while (!(await trainctl(['logs', run])).stdout.includes('spoilt'));
  await trainctl(['stop', run]);
  await trainctl(['status', run, '--wait']);
  const seen = lastJson<Seen>(await trainctl(['status', run, '--json']));
  expect(seen).toMatchObject({ outcome: 'cancelled', lastCheckpoint: {} });
  expect(seen.warnings?.map(({ message }) => message).join()).toMatch(
    /another file lay in the place of the agent on i-/,
  );
  expect(await aliveOf(run)).toEqual([]);
});
