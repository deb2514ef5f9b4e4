import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { EC2Client, RunInstancesCommand } from '@aws-sdk/client-ec2';
import { transform } from '@swc/core';
import type { CloudInfo } from '../../../local/cloud/server';
import { until } from './support/until';

const ROOT = path.resolve(__dirname, '../../..');
let out: string;
const started: ChildProcess[] = [];
beforeAll(async () => {
  out = await mkdtemp(path.join(tmpdir(), 'tc-js-'));
  // The program as JavaScript in a folder of its own: a process of its own runs no TypeScript.
  const names = await readdir(path.join(ROOT, 'local/cloud'), { recursive: true });
  for (const name of names.filter((entry) => entry.endsWith('.py'))) {
    const file = path.join(out, 'cloud', name);
    await mkdir(path.dirname(file), { recursive: true });
    await copyFile(path.join(ROOT, 'local/cloud', name), file);
  }
  for (const name of names.filter((entry) => entry.endsWith('.ts'))) {
    const { code } = await transform(await readFile(path.join(ROOT, 'local/cloud', name), 'utf8'), {
      swcrc: false,
      jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
      module: { type: 'commonjs' },
    });
    const file = path.join(out, 'cloud', name.replace(/\.ts$/, '.js'));
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, code);
  }
});
afterAll(async () => {
  for (const child of started) if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  await rm(out, { recursive: true, force: true, maxRetries: 10 });
});

function launch(...args: string[]): ChildProcess {
  const env = { ...process.env, NODE_PATH: path.join(ROOT, 'node_modules') };
  const child = spawn(process.execPath, [path.join(out, 'cloud/main.js'), ...args], { env });
  started.push(child);
  return child;
}

async function ready(child: ChildProcess): Promise<CloudInfo> {
  if (!child.stdout) throw new Error('no stdout');
  const early = once(child, 'exit').then(([code]) => {
    throw new Error(`exited ${code} before it was ready`);
  });
  const [line] = await Promise.race([once(createInterface({ input: child.stdout }), 'line'), early]);
  early.catch(() => undefined);
  return JSON.parse(String(line));
}

/** Boots a host that sleeps, and answers how many such processes the machine has. */
async function sleeper(info: CloudInfo, mark: string): Promise<() => number> {
  const { url, region, accessKeyId, secretAccessKey } = info;
  const ec2 = new EC2Client({ endpoint: url, region, credentials: { accessKeyId, secretAccessKey } });
  const script = `#!/bin/sh\nsetsid sleep ${mark} &\n`;
  await ec2.send(
    new RunInstancesCommand({
      ImageId: 'ami-0a24040000000a001',
      InstanceType: 't3.micro',
      MinCount: 1,
      MaxCount: 1,
      UserData: Buffer.from(script).toString('base64'),
    }),
  );
  ec2.destroy();
  const count = () =>
    readdirSync('/proc').filter((pid) => {
      try {
        return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8') === `sleep\0${mark}\0`;
      } catch {
        return false;
      }
    }).length;
  await until('the sleeper', async () => count() === 1);
  return count;
}

it('prints one JSON line; SIGTERM and SIGINT end it with everything that it started', async () => {
  const dir = path.join(out, 'one');
  for (const [signal, mark] of [
    ['SIGTERM', `${process.pid}1.5`],
    ['SIGINT', `${process.pid}2.5`],
  ] as const) {
    const child = launch('--dir', dir);
    const info = await ready(child);
    expect(info).toEqual({
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      pid: child.pid,
      accessKeyId: expect.stringMatching(/^LOCAL/),
      secretAccessKey: expect.any(String),
      region: 'us-east-1',
      controlToken: expect.stringMatching(/^[\w-]{43}$/),
      sshPort: 2022,
      user: 'ubuntu',
    });
    const count = await sleeper(info, mark);
    child.kill(signal);
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(count()).toBe(0);
    expect(readdirSync(path.join(dir, 'hosts'))).toEqual([]);
  }
});

it('killed outright, its hosts end too; the next start keeps the credentials and removes their folders', async () => {
  const dir = path.join(out, 'two');
  const first = launch('--dir', dir);
  const info = await ready(first);
  const count = await sleeper(info, `${process.pid}3.5`);
  first.kill('SIGKILL');
  await until('no sleeper', async () => count() === 0);
  expect(readdirSync(path.join(dir, 'hosts'))).toHaveLength(1);
  const second = launch('--dir', dir);
  const again = await ready(second);
  expect([again.accessKeyId, again.secretAccessKey]).toEqual([info.accessKeyId, info.secretAccessKey]);
  expect(readdirSync(path.join(dir, 'hosts'))).toEqual([]);
  second.kill();
  await once(second, 'exit');
});

it('two stand side by side', async () => {
  const both = [launch('--dir', path.join(out, 'a')), launch('--dir', path.join(out, 'b'))];
  const infos = await Promise.all(both.map(ready));
  expect(new Set(infos.map((info) => info.url)).size).toBe(2);
  const counts = await Promise.all(infos.map((info, n) => sleeper(info, `${process.pid}4${n}.5`)));
  for (const child of both) child.kill();
  await Promise.all(both.map((child) => once(child, 'exit')));
  expect(counts.map((count) => count())).toEqual([0, 0]);
});

it('says what is wrong with its flags, and starts nothing', async () => {
  for (const args of [[], ['--dir', 'x', '--port', '70000'], ['--dir', 'x', '--time-scale', '0'], ['--what']]) {
    const child = launch(...args);
    let words = '';
    child.stderr?.on('data', (data: Buffer) => {
      words += data.toString();
    });
    // Not at `exit`: what it has said may still be on its way.
    expect(await once(child, 'close')).toEqual([2, null]);
    expect(words).toContain('usage: main.js --dir DIR');
  }
  expect(existsSync('x')).toBe(false);
});
