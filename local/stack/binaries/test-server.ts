import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { StackError } from '../errors';
import { findOnPath } from '../machine/find-on-path';
import { freePort } from '../machine/free-port';
import { exclusively } from '../machine/lock';
import { runCommand } from '../machine/run-command';
import { packageRoot } from '../paths';
import { cacheDir } from './cache';
import { TEST_SERVER_VERSION } from './versions';

/**
 * An executable that starts Temporal's time-skipping test server: `TEMPORAL_TEST_SERVER_PATH`, the cache, or made with Java
 * and Maven (about 15 s, once a user).
 *
 * The SDK gives a server 5 s to answer, fixed. A plain JVM needs more than that on a busy machine (5 to 7 s measured), so
 * the class data are archived once, which brings it to 1.5 s.
 *
 * @throws StackError naming what is missing and how to install it.
 */
export async function testServer(say: (detail: string) => void = () => undefined): Promise<string> {
  const asked = process.env.TEMPORAL_TEST_SERVER_PATH;
  if (asked) return asked;
  const home = path.join(cacheDir(), `test-server-${TEST_SERVER_VERSION}`);
  const wrapper = path.join(home, 'test-server');
  const there = () => stat(wrapper).catch(() => undefined);
  if (await there()) return wrapper;
  return exclusively(`${home}.lock`, async () => {
    if (!(await there())) await make(home, wrapper, say);
    return wrapper;
  });
}

async function make(home: string, wrapper: string, say: (detail: string) => void): Promise<void> {
  for (const program of ['java', 'mvn']) {
    if (!(await findOnPath(program))) {
      throw new StackError(
        `The time-skipping tests need Java (8 or newer) and Maven, and \`${program}\` is not on PATH. ` +
          'Install both (Debian: apt-get install default-jdk-headless maven), or set TEMPORAL_TEST_SERVER_PATH.',
      );
    }
  }
  await mkdir(path.dirname(home), { recursive: true });
  const work = await mkdtemp(`${home}.make-`);
  try {
    const lib = path.join(work, 'lib');
    const pom = path.join(packageRoot(), 'local/stack/modules/test-server/pom.xml');
    say('fetching its jars by Maven');
    const fetched = await runCommand('mvn', [
      '-q',
      '-B',
      '-f',
      pom,
      'dependency:copy-dependencies',
      `-DoutputDirectory=${lib}`,
      `-DbuildDirectory=${work}`,
    ]);
    if (fetched.code !== 0) {
      throw new StackError(`Maven could not fetch the test server:\n${(fetched.stdout + fetched.stderr).slice(-1500)}`);
    }
    await verify(lib);
    // The archive records the class path, so the files move to their final place before it is made.
    await rm(home, { recursive: true, force: true });
    await rename(work, home);
    say('archiving its classes');
    await archiveClasses(home);
    await writeFile(`${wrapper}.new`, script(home));
    await chmod(`${wrapper}.new`, 0o755);
    await rename(`${wrapper}.new`, wrapper);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Every jar, and no other, with the bytes that were pinned. */
async function verify(lib: string): Promise<void> {
  const pinned = await readFile(path.join(packageRoot(), 'local/stack/modules/test-server/jars.sha256'), 'utf8');
  for (const line of pinned.trim().split('\n')) {
    const [sum, jar] = line.split(/\s+/);
    if (!sum || !jar) continue;
    const hash = createHash('sha256');
    await pipeline(createReadStream(path.join(lib, jar)), hash);
    if (hash.digest('hex') !== sum)
      throw new StackError(`${jar} is not the file that trainctl pins (its sha256 differs).`);
  }
}

/** Runs the server once until it listens and ends it, which makes the JVM write its class archive. */
async function archiveClasses(home: string): Promise<void> {
  const port = await freePort();
  const args = [
    `-XX:ArchiveClassesAtExit=${home}/app.jsa`,
    '-cp',
    `${home}/lib/*`,
    'io.temporal.testserver.TestServer',
    String(port),
  ];
  const server = spawn('java', args, { stdio: 'ignore' });
  const exited = once(server, 'exit');
  const until = Date.now() + 60_000;
  while (server.exitCode === null && Date.now() < until && !(await listens(port))) {
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  server.kill('SIGTERM');
  await exited;
}

const listens = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });

/** `exec`, because a wrapper that stays between keeps the SDK's teardown waiting for half a minute. */
const script = (home: string): string =>
  [
    '#!/bin/sh',
    `exec java -XX:SharedArchiveFile='${home}/app.jsa' -Xshare:auto -XX:TieredStopAtLevel=1 -XX:+UseSerialGC \\`,
    `  -cp '${home}/lib/*' io.temporal.testserver.TestServer "$@"`,
    '',
  ].join('\n');
