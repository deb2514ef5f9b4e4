import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type CliResult, lastJson, trainctl } from '../../support/cli';
import { project } from '../../support/project';

jest.setTimeout(300_000);

const git = (dir: string, ...args: string[]): string =>
  execFileSync('git', ['-C', dir, '-c', 'user.name=t', '-c', 'user.email=t@t', ...args], { encoding: 'utf8' }).trim();

const started = (result: CliResult): string => lastJson<{ run: string }>(result).run;

const COUNT = `import os, sys
print("lr", os.environ.get("LR"), sys.argv[1:], flush=True)
open(os.path.join(os.environ["TRAINCTL_OUTPUTS"], "result.txt"), "w").write(os.environ.get("LR", ""))
`;

test('commands without RUN mean the newest run of this folder, and say which', async () => {
  const [dir, other] = [await project({ 'count.py': COUNT }), await project({ 'x.sh': 'true' })];
  const first = await trainctl(['run', '--json', '--env', 'LR=1', '--', 'python3', 'count.py'], { cwd: dir });
  expect(lastJson(first)).toMatchObject({ outcome: 'succeeded' });
  const elsewhere = started(await trainctl(['run', '--json', '--detach', '--', 'sleep', '600'], { cwd: other }));
  const second = started(await trainctl(['run', '--json', '--env', 'LR=2', '--', 'python3', 'count.py'], { cwd: dir }));

  const logs = await trainctl(['logs'], { cwd: dir });
  expect([logs.code, logs.stdout]).toEqual([0, 'lr 2 []\n']);
  expect(logs.stderr).toContain(`${second}: the newest run of this folder`);
  const status = await trainctl(['status', '--json'], { cwd: dir });
  expect(JSON.parse(status.stdout)).toMatchObject({ run: second, command: ['python3', 'count.py'] });
  const got = await trainctl(['outputs', 'get', '--to', 'got'], { cwd: dir });
  expect([got.code, readFileSync(path.join(dir, 'got/result.txt'), 'utf8')]).toEqual([0, '2']);

  // Of this folder none is open: what runs elsewhere is left alone.
  const stop = await trainctl(['stop'], { cwd: dir });
  expect([stop.code, stop.stdout]).toEqual([4, '']);
  expect(stop.stderr).toContain(`the newest, ${second}, has ended`);
  // Right after the start, when Temporal's list may not have it yet.
  const late = started(await trainctl(['run', '--json', '--detach', '--', 'sleep', '600'], { cwd: dir }));
  const stopped = await trainctl(['stop', '--now', '--json', '--wait'], { cwd: dir });
  expect(JSON.parse(stopped.stdout)).toMatchObject({ run: late, outcome: 'cancelled' });
  expect(lastJson(await trainctl(['status', elsewhere, '--json']))).toMatchObject({ run: elsewhere });
  expect((await trainctl(['stop', '--now', '--wait'], { cwd: other })).code).toBe(11);

  const nowhere = await project({ a: '' });
  const none = await trainctl(['logs'], { cwd: nowhere });
  expect([none.code, none.stderr]).toEqual([4, expect.stringContaining('trainctl ls')]);
});

test('status says command, commit and environment; a dry rerun what would change', async () => {
  const dir = await project({ 'count.py': COUNT, 'requirements.txt': '' });
  git(dir, 'init', '-q', '-b', 'main');
  git(dir, 'add', '.');
  git(dir, 'commit', '-q', '-m', 'one');
  const sha = git(dir, 'rev-parse', 'HEAD');
  writeFileSync(path.join(dir, 'new.py'), 'x');
  const run = started(await trainctl(['run', '--json', '--env', 'LR=1', '--', 'python3', 'count.py'], { cwd: dir }));

  const { stdout } = await trainctl(['status', run]);
  expect(stdout).toMatch(/command +python3 count\.py/);
  expect(stdout).toContain(`${sha.slice(0, 12)} of main, and 1 file changed since`);
  expect(stdout).toMatch(/environment +LR=1\*/);

  const same = await trainctl(['rerun', '--dry-run'], { cwd: dir });
  expect(same.stdout).toMatch(/spec +the same/);
  expect(same.stdout).toMatch(/folder +has not changed since/);
  writeFileSync(path.join(dir, 'requirements.txt'), '# other\n');
  const dry = await trainctl(['rerun', '--dry-run', '--json', '--set', 'env.LR=3'], { cwd: dir });
  expect(JSON.parse(dry.stdout)).toMatchObject({
    dryRun: true,
    changes: {
      of: run,
      spec: [{ path: 'env.LR', from: '1', to: '3' }],
      commit: { sha },
      folder: { same: false, difference: { added: [], removed: [], changed: ['requirements.txt'] } },
    },
  });
  const again = started(await trainctl(['rerun', '--json', '--set', 'env.LR=3'], { cwd: dir }));
  expect((await trainctl(['logs', again])).stdout).toBe('lr 3 []\n');
  expect((await trainctl(['status', again])).stdout).toMatch(new RegExp(`repeats +${run}`));
});

test('status --watch shows what run shows; --print-input prints JSON alone', async () => {
  const dir = await project({ 'count.py': COUNT });
  const run = started(await trainctl(['run', '--json', '--detach', '--', 'python3', 'count.py'], { cwd: dir }));
  const watched = await trainctl(['status', '--watch'], { cwd: dir });
  expect(watched.code).toBe(0);
  expect(watched.stdout).toContain('│ lr None []');
  expect(watched.stdout).toContain('left behind     nothing');
  const events = await trainctl(['status', run, '--watch', '--json'], { cwd: dir });
  expect(
    events.stdout
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { event?: string }).event),
  ).toContain('log');

  const printed = await trainctl(['run', '--print-input', '--', 'python3', 'count.py'], { cwd: dir });
  expect(JSON.parse(printed.stdout)).toMatchObject({
    command: ['python3', 'count.py'],
    code: { snapshot: expect.any(String) },
  });
  const dry = await trainctl(['run', '--print-input', '--dry-run', '--', 'python3', 'count.py'], { cwd: dir });
  expect(JSON.parse(dry.stdout)).toMatchObject({ command: ['python3', 'count.py'] });
  const refused = await trainctl(['run', '--print-input', '--set', 'limits.lease=1s', '--', 'true'], { cwd: dir });
  expect([refused.code, refused.stdout]).toEqual([2, '']);
});

test('a secret never reaches the log, however it is written; as a variable it is warned of', async () => {
  const script = `import os, sys, time
secret = os.environ["E2E_SECRET"]
print("whole", secret, flush=True)
os.write(1, secret[:7].encode()); time.sleep(0.3); os.write(1, (secret[7:] + " halves\\n").encode())
os.write(2, ("on stderr " + secret[:4]).encode()); os.write(1, b"between\\n"); os.write(2, (secret[4:] + "\\n").encode())
for c in secret: os.write(1, c.encode())
sys.stdout.write("\\nthe end")
`;
  const dir = await project({
    'leak.py': script,
    'trainctl.yaml': 'command: python3 leak.py\nsecrets: [E2E_SECRET]\n',
  });
  const ended = await trainctl(['run', '--json', '--env', 'HF_TOKEN=hf_0123456789abcdef'], { cwd: dir });
  expect(lastJson(ended)).toMatchObject({ outcome: 'succeeded' });
  expect(ended.stderr).toContain('env.HF_TOKEN is taken for a secret');
  expect(ended.stderr).toContain('secrets: [HF_TOKEN]');
  expect(ended.stderr).not.toContain('hf_0123456789abcdef');
  const { stdout } = await trainctl(['logs'], { cwd: dir });
  expect(stdout).not.toContain('hunter2');
  expect(stdout.split('[secret E2E_SECRET]')).toHaveLength(5);
  expect(stdout).toContain('between\n');
  // Not the last words of all: stderr has a pipe of its own, and may be read after.
  expect(stdout).toContain('\nthe end');
});

test.each([
  [['run', 'train.py'], 'trainctl run -- python train.py'],
  [['run', 'python', 'train.py', '--epochs', '5'], 'trainctl run -- python train.py --epochs 5'],
])('%j names the command that is meant', async (args, next) => {
  const dir = await project({ 'train.py': 'print(1)\n' });
  const { code, stderr } = await trainctl(args, { cwd: dir });
  expect([code, stderr]).toEqual([2, expect.stringContaining(`next: ${next}\n`)]);
});
