import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { lastJson, spawnCli, trainctl } from '../../support/cli';
import { gate } from '../../support/gate';
import { project } from '../../support/project';

jest.setTimeout(300_000);

/** One bar for its whole life, as tqdm draws it where nobody reads along: carriage returns, and a newline at the very end. */
const BAR = `
import hashlib, os, sys, time
written = b""
def out(text):
    global written
    written += text.encode()
    sys.stderr.buffer.write(text.encode()); sys.stderr.buffer.flush()
for n in range(0, 101):
    out("\\r%3d%%|%-20s| %d/100" % (n, "█" * (n // 5), n))
    while n == 50 and not os.path.exists(sys.argv[1]):
        time.sleep(0.1)
    time.sleep(0.02)
out("\\n")
out(hashlib.sha256(written).hexdigest() + "\\n")
`;

test('a bar is shown as it stands, in a pipe and in JSON, and the log has it byte for byte', async () => {
  const dir = await project({ 'train.py': BAR });
  const half = gate();
  const follower = spawnCli(['run', '--name', 'bar', '--', 'python3', 'train.py', half.file], { cwd: dir });
  follower.stdin?.end();
  follower.stderr?.resume();
  let shown = '';
  const statesOf = () => [...shown.matchAll(/│ +(\d+)%\|/g)].map(([, percent]) => Number(percent));
  follower.stdout?.setEncoding('utf8').on('data', (text: string) => {
    shown += text;
    // It stands there until it has been seen.
    if (statesOf().some((percent) => percent > 0)) half.open();
  });
  const [code] = await once(follower, 'close');
  expect(code).toBe(0);
  const states = statesOf();
  expect(states.at(-1)).toBe(100);
  expect(states.filter((percent) => percent > 0 && percent < 100).length).toBeGreaterThan(0);
  expect(states).toEqual([...states].sort((a, b) => a - b));

  const { stdout } = await trainctl(['logs', 'bar']);
  const end = stdout.lastIndexOf('\n', stdout.length - 2) + 1;
  expect(createHash('sha256').update(stdout.slice(0, end)).digest('hex')).toBe(stdout.slice(end).trim());
  expect(lastJson(await trainctl(['logs', 'bar', '--json']))).toEqual({ attempt: 1, line: stdout.slice(end).trim() });
});
