import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { RunResult } from '../../../contract';
import { type CliResult, lastJson, trainctl } from '../../support/cli';
import { gate } from '../../support/gate';
import { project } from '../../support/project';

jest.setTimeout(300_000);

/** Leaves what people's scripts leave: beside themselves, in no folder of ours. */
const SCRIPT = `
set -e
mkdir -p plots runs/a __pycache__ .pytest_cache
echo weights > model.npy
echo png > plots/loss.png
echo events > runs/a/events.out.tfevents.1
echo c > __pycache__/x.pyc; echo c > .pytest_cache/x; echo t > scratch.tmp
printf '#!/bin/sh\\n' > serve.sh; chmod +x serve.sh
cp data.txt "$(printf 'n%.0s' $(seq 1 250))"
echo in > .serve.sh.part
`;

const files = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();

interface Dry {
  code: { files: number; skipped: { path: string }[] };
}

test('a script that names no outputs loses none of them, and the next run does not send them as code', async () => {
  const dir = await project({ 'go.sh': SCRIPT, 'data.txt': 'x', '.gitignore': '*.tmp\n' });
  const ended = await trainctl(['run', '--json', '--', 'bash', 'go.sh'], { cwd: dir });
  const result = lastJson<RunResult>(ended);
  expect(result).toMatchObject({
    outcome: 'succeeded',
    notKept: { files: 1, named: [{ path: 'scratch.tmp', files: 1, why: 'ignored' }] },
  });
  const got = await trainctl(['outputs', 'get', result.run], { cwd: dir });
  expect(got).toMatchObject({ code: 0 });
  const to = path.join(dir, `${result.run}-outputs`);
  expect(files(to)).toEqual(
    [
      '.serve.sh.part',
      '.trainctl-fetched',
      'model.npy',
      'n'.repeat(250),
      'plots/loss.png',
      'runs/a/events.out.tfevents.1',
      'serve.sh',
    ].sort(),
  );
  expect(statSync(path.join(to, 'serve.sh')).mode & 0o777).toBe(0o755);
  expect(readFileSync(path.join(to, 'model.npy'), 'utf8')).toBe('weights\n');

  writeFileSync(path.join(dir, 'more.txt'), 'x');
  const dry = lastJson<Dry>(await trainctl(['run', '--dry-run', '--json', '--', 'bash', 'go.sh'], { cwd: dir }));
  expect(dry.code.files).toBe(4);
  expect(dry.code.skipped.map((entry) => entry.path)).toEqual([`${result.run}-outputs/`]);
});

test('what is over outputs.limit is named while the run goes on, and at its end', async () => {
  const held = gate();
  const command = `head -c 3000000 /dev/zero > model.npy; echo small > log.txt; ${held.waits}`;
  const dir = await project({
    'trainctl.yaml': JSON.stringify({ command, code: { none: true }, outputs: { limit: '1MiB' } }),
  });
  const started = lastJson<{ run: string }>(await trainctl(['run', '--detach', '--json'], { cwd: dir }));
  const warned = async (): Promise<string> => {
    const { warnings = [] } = lastJson<{ warnings?: { message: string }[] }>(
      await trainctl(['status', started.run, '--json']),
    );
    return warnings.map(({ message }) => message).join('\n');
  };
  while (!(await warned()).includes('outputs.limit is 1.0 MiB: as it stands model.npy (2.9 MiB) will not be kept'));
  held.open();
  const ended = await trainctl(['status', started.run, '--wait']);
  expect(ended.code).toBe(0);
  const { stdout } = await trainctl(['status', started.run]);
  expect(stdout).toMatch(/not kept\s+1 file, 3\.0 MB/);
  expect(stdout).toMatch(/model\.npy\s+3\.0 MB\s+over outputs\.limit/);
});

test('where the spec names outputs, what else was written is said', async () => {
  const dir = await project({
    'trainctl.yaml': JSON.stringify({
      command:
        'mkdir out plots; echo a > out/a; for i in 1 2 3 4 5 6 7 8 9; do echo $i > plots/$i.png; done; echo w > w.bin',
      outputs: [{ from: 'out/' }],
    }),
  });
  const said: CliResult = await trainctl(['run'], { cwd: dir });
  expect(said.code).toBe(0);
  expect(said.stdout).toMatch(/not kept\s+10 files, 20 B/);
  expect(said.stdout).toMatch(/plots\/\s+9 files, 18 B\s+not named in outputs/);
  expect(said.stdout).toMatch(/w\.bin\s+2 B\s+not named in outputs/);
});

test('a training that was left in the background is named, without secrets', async () => {
  const dir = await project({
    'go.sh':
      'nohup python3 train.py --key "$E2E_SECRET" > train.log 2>&1 &\nsetsid sleep 600 &\n' +
      // Each is what it is to be before the command ends.
      'until [ -e begun ] && [ "$(cat /proc/$!/comm)" = sleep ]; do sleep 0.1; done\ndisown\necho started\n',
    'train.py': 'import time\nopen("begun", "w").close()\nwhile True: time.sleep(1)\n',
    'trainctl.yaml': JSON.stringify({ command: ['bash', 'go.sh'], secrets: ['E2E_SECRET'] }),
  });
  const { stdout, code } = await trainctl(['run'], { cwd: dir });
  expect(code).toBe(0);
  const said = stdout.replace(/\s+/g, ' ');
  expect(said).toMatch(
    /what it had left in the background was ended with it: `python3 train\.py --key \[secret E2E_SECRET\]` \(pid \d+\)/,
  );
  expect(said).toContain('sleep 600');
  expect(said).toContain('end the command with `wait`');
  expect(said).not.toContain('hunter2');
});
