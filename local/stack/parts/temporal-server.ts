import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { SEARCH_ATTRIBUTES } from '../../../contract';
import type { TemporalCli } from '../binaries/temporal-cli';
import type { Ports } from '../home/ports';
import { answersOk } from '../machine/answers-ok';
import { freePort } from '../machine/free-port';
import { childEnded, endProcess } from '../machine/processes';
import { runCommand } from '../machine/run-command';
import { failure, type Part, startPart } from './start-part';

export interface TemporalServer {
  address: string;
  uiUrl: string;
  part: Part;
}

/** Ports that people know Temporal by; others are taken when these are in use. */
const FRONTEND_PORT = 7233;
const UI_PORT = 8233;
const READY_SECONDS = 60;

/** As the CLI spells them. */
const TYPE_NAMES = { KEYWORD: 'Keyword', INT: 'Int', DOUBLE: 'Double', BOOL: 'Bool' } as const;

/**
 * Starts Temporal's dev server with its web UI, on loopback, its state in a file of the home, so that runs survive a
 * restart of the stack.
 */
export async function startTemporal(options: {
  cli: TemporalCli;
  home: string;
  detach: boolean;
  ports?: Ports;
}): Promise<TemporalServer> {
  const dir = path.join(options.home, 'temporal');
  const port = await freePort(options.ports?.temporal ?? FRONTEND_PORT);
  const uiPort = await freePort(options.ports?.ui ?? UI_PORT);
  const part = await startPart({
    name: 'temporal',
    home: options.home,
    command: options.cli.path,
    args: [
      'server',
      'start-dev',
      '--ip=127.0.0.1',
      '--ui-ip=127.0.0.1',
      `--port=${port}`,
      `--ui-port=${uiPort}`,
      '--namespace=default',
      `--db-filename=${path.join(dir, 'temporal.db')}`,
      '--log-format=json',
      '--log-level=error',
      // Nothing asks the network for newer versions.
      '--dynamic-config-value=frontend.enableServerVersionCheck=false',
      ...Object.entries(SEARCH_ATTRIBUTES).flatMap(([name, type]) => [
        '--search-attribute',
        `${name}=${TYPE_NAMES[type]}`,
      ]),
    ],
    env: serverEnvironment(),
    detach: options.detach,
    folders: [dir],
    ownFiles: true,
  });
  const address = `127.0.0.1:${port}`;
  const uiUrl = `http://127.0.0.1:${uiPort}`;
  await untilServing(options.cli, address, uiUrl, part);
  return { address, uiUrl, part };
}

/** Its UI, too: it listens last, and takes the whole server with it where it cannot. */
async function untilServing(cli: TemporalCli, address: string, uiUrl: string, part: Part): Promise<void> {
  const until = Date.now() + READY_SECONDS * 1000;
  for (;;) {
    const args = [
      'operator',
      'namespace',
      'describe',
      '--address',
      address,
      '-n',
      'default',
      '--command-timeout',
      '5s',
    ];
    const { code } = await runCommand(cli.path, args, { timeoutSeconds: 10, env: serverEnvironment() });
    const shows = code === 0 && (await answersOk(uiUrl));
    // First: what answers where the part has ended is somebody else's server.
    if (childEnded(part.child)) throw await failure(part, 'ended before it served');
    if (shows) return;
    if (Date.now() > until) {
      await endProcess(part.pid);
      throw await failure(part, `did not serve after ${READY_SECONDS} s`);
    }
    await delay(100);
  }
}

/** The user's own TEMPORAL_… settings are about another server. */
function serverEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(TEMPORAL_|AWS_)/.test(name)));
}
