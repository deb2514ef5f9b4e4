import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { freePort } from '../../../local/stack/machine/free-port';
import { runCommand } from '../../../local/stack/machine/run-command';
import { NotHereError } from './binaries';
import { ServerProcess } from './server-process';

/** A superuser of its own database cluster, and of nothing else. */
export const USER = 'temporal';

/** Whom PostgreSQL may run as, where this process is root's: it refuses to be. */
const USERS = ['postgres', 'nobody'];

/** Whom it runs as; empty: as whoever runs this. */
type Owner = Partial<Record<'uid' | 'gid', number>>;

/** PostgreSQL on loopback, with a folder and a password of its own. */
export class Postgres {
  private constructor(
    readonly port: number,
    readonly password: string,
    private readonly bin: string,
    private readonly server: ServerProcess,
  ) {}

  /** @param folder - is made; those above it let anybody through */
  static async start(bin: string, folder: string): Promise<Postgres> {
    const owner: Owner = process.getuid?.() === 0 ? someUser() : {};
    const data = path.join(folder, 'data');
    mkdirSync(folder, { mode: 0o700 });
    const password = randomBytes(16).toString('hex');
    const file = path.join(folder, 'password');
    writeFileSync(file, password, { mode: 0o600 });
    if (owner.uid !== undefined && owner.gid !== undefined)
      for (const one of [folder, file]) chownSync(one, owner.uid, owner.gid);
    const options = { ...owner, cwd: folder, env: { PATH: process.env.PATH, LC_ALL: 'C' } };
    execFileSync(
      path.join(bin, 'initdb'),
      ['-D', data, '-U', USER, '-E', 'UTF8', '--auth=scram-sha-256', `--pwfile=${file}`, '--no-sync'],
      { ...options, stdio: 'pipe' },
    );
    rmSync(file);
    const port = await freePort();
    const set = (name: string, value: string): string[] => ['-c', `${name}=${value}`];
    const server = new ServerProcess({
      name: 'PostgreSQL',
      command: path.join(bin, 'postgres'),
      args: [
        ...['-D', data, '-p', String(port)],
        ...set('listen_addresses', '127.0.0.1'),
        ...set('unix_socket_directories', ''),
        ...set('max_connections', '200'),
      ],
      log: path.join(path.dirname(folder), 'postgresql.log'),
      options,
    });
    const postgres = new Postgres(port, password, bin, server);
    await postgres.start();
    return postgres;
  }

  get pid(): number {
    return this.server.pid;
  }

  start(): Promise<void> {
    return this.server.start(async () => {
      const asked = ['-h', '127.0.0.1', '-p', String(this.port), '-q'];
      return (await runCommand(path.join(this.bin, 'pg_isready'), asked, { timeoutSeconds: 10 })).code === 0;
    });
  }

  /** All its connections are cut in the middle, as when its machine is lost: what was committed is found again by its log. */
  crash(): Promise<void> {
    return this.server.end('SIGQUIT');
  }

  stop(): Promise<void> {
    return this.server.end('SIGINT');
  }
}

function someUser(): Required<Owner> {
  const id = (flag: string, user: string): number =>
    Number(execFileSync('id', [flag, user], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
  for (const user of USERS) {
    try {
      return { uid: id('-u', user), gid: id('-g', user) };
    } catch {
      // There is no such user.
    }
  }
  throw new NotHereError(`PostgreSQL does not run as root, and there is no user ${USERS.join(' or ')}`);
}
