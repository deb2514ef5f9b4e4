import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { cacheDir } from '../../../local/stack/binaries/cache';
import { goBuild, goVersion } from '../../../local/stack/binaries/go-build';
import { atLeast, GO_MINIMUM, TEMPORAL_SERVER_VERSION } from '../../../local/stack/binaries/versions';
import { exclusively } from '../../../local/stack/machine/lock';

/** What a cluster is made of, beside this checkout. */
export interface ClusterBinaries {
  /** The folder with `initdb`, `postgres` and `pg_isready`. */
  postgres: string;
  /** `temporal-server`, and `temporal-sql-tool`, which makes its schema. */
  server: string;
  sqlTool: string;
}

/** Something that a cluster needs cannot be had on this machine. */
export class NotHereError extends Error {
  override name = 'NotHereError';
}

const NEEDED = ['initdb', 'postgres', 'pg_isready'];
const DEBIAN = '/usr/lib/postgresql';

/**
 * Finds PostgreSQL, and finds or builds the server: from the module that the temporal CLI is built from too, so that most of it is in
 * Go's cache where that was built here, and a matter of seconds; else minutes, once a user.
 * @throws NotHereError with what is missing
 */
export async function clusterBinaries(say: (detail: string) => void): Promise<ClusterBinaries> {
  const postgres = postgresFolder();
  if (!postgres) throw new NotHereError(`no PostgreSQL server (Debian: apt-get install postgresql)`);
  return {
    postgres,
    server: await built('temporal-server', 'go.temporal.io/server/cmd/server', say),
    sqlTool: await built('temporal-sql-tool', 'go.temporal.io/server/cmd/tools/sql', say),
  };
}

/** By `pg_config`, else the newest of Debian's, which are not on PATH. */
function postgresFolder(): string | undefined {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a)) : [];
  return [...byPgConfig(), ...versions.map((version) => path.join(DEBIAN, version, 'bin'))].find((folder) =>
    NEEDED.every((program) => existsSync(path.join(folder, program))),
  );
}

function byPgConfig(): string[] {
  try {
    return [execFileSync('pg_config', ['--bindir'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()];
  } catch {
    return [];
  }
}

async function built(name: string, program: string, say: (detail: string) => void): Promise<string> {
  const target = path.join(cacheDir(), `${name}-${TEMPORAL_SERVER_VERSION}`);
  if (existsSync(target)) return target;
  await exclusively(`${target}.lock`, async () => {
    if (existsSync(target)) return;
    const go = await goVersion();
    if (!go || !atLeast(go, GO_MINIMUM)) throw new NotHereError(`no Go >= ${GO_MINIMUM} to build ${name} with`);
    const work = await mkdtemp(`${target}.get-`);
    try {
      const file = path.join(work, name);
      const failed = await goBuild('temporal', program, file, (detail) => say(`${name}: ${detail}`));
      if (failed !== undefined) throw new NotHereError(`${name} could not be built: ${failed}`);
      await mkdir(path.dirname(target), { recursive: true });
      await rename(file, target);
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  });
  return target;
}
