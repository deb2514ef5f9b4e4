import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { installedTemporalCli, temporalCli } from '../../../../local/stack/binaries/temporal-cli';

let dir: string;
const saved = { ...process.env };

beforeEach(async () => {
  dir = await mkdtemp(path.join(os.tmpdir(), 'trainctl-cli-'));
  process.env.TRAINCTL_CACHE = path.join(dir, 'cache');
  process.env.PATH = path.join(dir, 'bin');
  process.env.TRAINCTL_OFFLINE = '1';
  delete process.env.TEMPORAL_CLI_PATH;
  await mkdir(path.join(dir, 'bin'), { recursive: true });
});

afterEach(async () => {
  process.env = { ...saved };
  await rm(dir, { recursive: true, force: true });
});

async function program(file: string, prints: string): Promise<string> {
  const target = path.join(dir, file);
  await mkdir(path.dirname(target), { recursive: true });
  await writeFile(target, `#!/bin/sh\necho '${prints}'\n`);
  await chmod(target, 0o755);
  return target;
}

const cached = () => program('cache/temporal-1.8.2', 'temporal version 1.8.2 (Server 1.31.2)');

test('the environment variable wins over everything', async () => {
  const mine = await program('mine/temporal', 'temporal version 1.4.0');
  await program('bin/temporal', 'temporal version 1.9.0');
  await cached();
  process.env.TEMPORAL_CLI_PATH = mine;
  expect(await temporalCli()).toEqual({ path: mine, version: '1.4.0', source: 'TEMPORAL_CLI_PATH' });
});

test('a variable that names no CLI is an error that says so, never a silent fallback', async () => {
  await cached();
  process.env.TEMPORAL_CLI_PATH = path.join(dir, 'nothing');
  await expect(temporalCli()).rejects.toThrow(/TEMPORAL_CLI_PATH is .*nothing.*does not run/);
});

test('PATH wins over the cache when it is new enough', async () => {
  await cached();
  const onPath = await program('bin/temporal', 'temporal version 1.9.1');
  expect(await temporalCli()).toEqual({ path: onPath, version: '1.9.1', source: 'PATH' });
});

test('an older one on PATH loses to the cache', async () => {
  await program('bin/temporal', 'temporal version 1.5.1');
  const file = await cached();
  expect(await temporalCli()).toEqual({ path: file, version: '1.8.2', source: 'cache' });
});

test('with nothing to be had, the error names each way that was tried and what to install', async () => {
  await program('bin/go', 'go version go1.22.0 linux/amd64');
  await expect(temporalCli()).rejects.toThrow(
    /download: TRAINCTL_OFFLINE is set[\s\S]*Go 1\.22\.0 is older than 1\.26\.4[\s\S]*Install the temporal CLI/,
  );
  expect(await readdir(path.join(dir, 'cache'))).toEqual([]);
});

test('a build that fails is reported with its last words, and leaves nothing in the cache', async () => {
  const go = await program('bin/go', '');
  await writeFile(
    go,
    '#!/bin/sh\ncase $1 in version) echo go version go1.26.8 linux/amd64;; list) echo a; echo b;; *) echo "no space left on device" >&2; exit 1;; esac\n',
  );
  await expect(temporalCli()).rejects.toThrow(/build with Go 1\.26\.8: no space left on device/);
  expect(await readdir(path.join(dir, 'cache'))).toEqual([]);
});

test('a build that succeeds lands in the cache, and is found there by the next call', async () => {
  const go = await program('bin/go', '');
  // -o is the sixth argument: build -v -trimpath -ldflags -o FILE PROGRAM
  await writeFile(
    go,
    `#!${process.execPath}\nconst a = process.argv.slice(2);
if (a[0] === 'version') console.log('go version go1.26.8 linux/amd64');
else if (a[0] === 'list') console.log('a\\nb');
else { console.error('a'); require('fs').writeFileSync(a[a.indexOf('-o') + 1], '#!/bin/sh\\necho temporal version 1.8.2\\n', { mode: 0o755 }); }\n`,
  );
  const said: string[] = [];
  const built = await temporalCli((line) => said.push(line));
  expect(built.source).toBe('build');
  expect(said.join('\n')).toMatch(/building from source, once: 0 of 2 packages/);
  expect(await installedTemporalCli()).toEqual({ ...built, source: 'cache' });
});

test('two at once build once', async () => {
  const log = path.join(dir, 'builds');
  const go = await program('bin/go', '');
  await writeFile(
    go,
    `#!${process.execPath}\nconst a = process.argv.slice(2);
if (a[0] === 'version') console.log('go version go1.26.8 linux/amd64');
else if (a[0] === 'list') console.log('a');
else { require('fs').appendFileSync(${JSON.stringify(log)}, 'x'); require('fs').writeFileSync(a[a.indexOf('-o') + 1], 'x', { mode: 0o755 }); }\n`,
  );
  const both = await Promise.all([temporalCli(), temporalCli()]);
  expect(both[0].path).toBe(both[1].path);
  expect((await import('node:fs')).readFileSync(log, 'utf8')).toBe('x');
});
