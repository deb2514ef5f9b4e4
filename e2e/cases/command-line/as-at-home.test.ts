import { spawn } from 'node:child_process';
import { chmod, readFile, utimes } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { RunResult } from '../../../contract';
import { lastJson, trainctl } from '../../support/cli';
import { project } from '../../support/project';

jest.setTimeout(300_000);

async function ended(dir: string, command: string[]): Promise<RunResult & { log: string }> {
  const all = await trainctl(['run', '--json', '--', ...command], { cwd: dir });
  const result = lastJson<RunResult>(all);
  return { ...result, log: (await trainctl(['logs', result.run])).stdout };
}

/** As zipfile has it, a file that is dated before 1980 is an error. */
const ARCHIVE = `import zipfile
with zipfile.ZipFile("kept.zip", "w") as archive:
    archive.write("archive.py")
    print("dated", archive.infolist()[0].date_time[0])
`;
const MAKEFILE = `stale: source\n\tcp source stale\nfresh: source\n\tcp source fresh\n`;
const GROWS = 'i=0; while :; do i=$((i + 1)); echo "line $i" >> grows.log; sleep 0.01; done';

test('make and zip see the times of the project, beside a file that something goes on writing', async () => {
  const files = { Makefile: MAKEFILE, source: 'new\n', stale: 'old\n', fresh: 'own\n', 'archive.py': ARCHIVE };
  const dir = await project({ ...files, 'grows.log': 'line 0\n' });
  for (const [name, day] of Object.entries({ stale: 1, source: 2, fresh: 3, 'archive.py': 4 })) {
    const time = new Date(Date.UTC(2024, 4, day, 12));
    await utimes(path.join(dir, name), time, time);
  }
  const sizes = async (): Promise<number> => (await readFile(path.join(dir, 'grows.log'))).length;
  const writer = spawn('bash', ['-c', GROWS], { cwd: dir });
  try {
    while ((await sizes()) < 100) await delay(20);
    const { outcome, log } = await ended(dir, ['make stale fresh; cat stale fresh; python3 archive.py; cat grows.log']);
    expect(outcome).toBe('succeeded');
    expect(log).toContain("make: 'fresh' is up to date.\nnew\nown\ndated 2024\nline 0\nline 1\n");
    // As it was at some moment of the run.
    const taken = log.slice(log.indexOf('line 0\n'));
    expect(taken.length).toBeLessThan(await sizes());
    expect((await readFile(path.join(dir, 'grows.log'), 'utf8')).startsWith(taken)).toBe(true);
  } finally {
    writer.kill('SIGKILL');
  }
});

test('scripts are run as at a prompt; the first line that cannot work is named, with its \\r', async () => {
  const dir = await project({ 'bare.sh': 'echo "bare $1"\n', 'windows.sh': '#!/bin/bash\r\necho hi\r\n' });
  for (const name of ['bare.sh', 'windows.sh']) await chmod(path.join(dir, name), 0o755);
  expect(await ended(dir, ['./bare.sh', 'a  b'])).toMatchObject({ outcome: 'succeeded', log: 'bare a  b\n' });
  const windows = await ended(dir, ['./windows.sh']);
  expect(windows.outcome).toBe('failed');
  expect(windows.reason).toContain(String.raw`./windows.sh cannot be executed: its first line is "#!/bin/bash\r"`);
});
