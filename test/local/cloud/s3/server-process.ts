import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { transform } from '@swc/core';
import { childEnded } from '../../../../local/stack/machine/processes';

const ROOT = resolve(__dirname, '../../../..');

/** Starts the server, reports its port, and answers every message with its memory: what it holds, without garbage. */
const MAIN = `
const http = require('node:http');
const { createS3 } = require('./local/cloud/s3');
const options = JSON.parse(process.argv[2]);
const s3 = createS3(options);
const server = http.createServer((req, res) => void s3.handle(req, res));
server.requestTimeout = 0;
// As the local cloud has it: a client that goes on with a connection after node's 5 s may find it closed just then.
server.keepAliveTimeout = 60_000;
s3.ready().then(() => server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port })));
process.on('message', () => {
  global.gc();
  const { rss, heapUsed, external } = process.memoryUsage();
  process.send({ live: heapUsed + external, rss, peak: process.resourceUsage().maxRSS * 1024 });
});
process.on('disconnect', () => process.exit(0));
`;

/** The sources as JavaScript in a folder of their own, since a separate process runs no TypeScript. */
export async function compileServer(): Promise<{ main: string; remove(): Promise<void> }> {
  const out = await mkdtemp(join(tmpdir(), 'trainctl-s3-js-'));
  for (const folder of ['local/cloud/s3', 'local/cloud/sigv4']) {
    const names = await readdir(join(ROOT, folder), { recursive: true });
    for (const name of names.filter((entry) => entry.endsWith('.ts'))) {
      const { code } = await transform(await readFile(join(ROOT, folder, name), 'utf8'), {
        swcrc: false,
        jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
        module: { type: 'commonjs' },
      });
      const path = join(out, folder, name.replace(/\.ts$/, '.js'));
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, code);
    }
  }
  const main = join(out, 'main.js');
  await writeFile(main, MAIN);
  return { main, remove: () => rm(out, { recursive: true, force: true }) };
}

/** Bytes. */
export interface Memory {
  /** Objects and buffers that something still refers to. */
  live: number;
  rss: number;
  /** The highest `rss` so far. */
  peak: number;
}

export interface ServerProcess {
  endpoint: string;
  memory(): Promise<Memory>;
  kill(signal: NodeJS.Signals): Promise<void>;
}

/** Forks a server over `dir`. */
export async function startServer(main: string, options: object): Promise<ServerProcess> {
  const child: ChildProcess = fork(main, [JSON.stringify(options)], {
    execArgv: ['--expose-gc'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const [started] = (await once(child, 'message')) as [{ port: number }];
  return {
    endpoint: `http://127.0.0.1:${started.port}`,
    async memory() {
      const answer = once(child, 'message');
      child.send('memory');
      return (await answer)[0] as Memory;
    },
    async kill(signal) {
      if (childEnded(child)) return;
      const gone = once(child, 'exit');
      child.kill(signal);
      await gone;
    },
  };
}
