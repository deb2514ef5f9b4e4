import { goVersion } from './binaries/go-build';
import { installedTemporalCli } from './binaries/temporal-cli';
import { atLeast, GO_MINIMUM, TEMPORAL_CLI_VERSION } from './binaries/versions';
import { findOnPath } from './machine/find-on-path';
import { runCommand } from './machine/run-command';

export interface Check {
  name: string;
  ok: boolean;
  detail: string;
  /** What to do about it; absent when it is well. */
  fix?: string;
  /** Not needed to run, only for some tests. */
  optional?: boolean;
}

/** What the embedded stack needs on this machine, and what of it is there. */
export async function doctorChecks(): Promise<Check[]> {
  return Promise.all([
    node(),
    python(),
    temporal(),
    program('git', 'code snapshots of git projects', 'apt-get install git'),
    program('ssh', '`trainctl ssh`', 'apt-get install openssh-client'),
    java(),
  ]);
}

async function node(): Promise<Check> {
  const ok = atLeast(process.versions.node, '20.3.0');
  return check('node', ok, process.versions.node, 'Install node 20.3 or newer.');
}

async function python(): Promise<Check> {
  const { code, stdout, stderr } = await runCommand('python3', ['--version'], { timeoutSeconds: 10 });
  const version = /(\d+\.\d+\.\d+)/.exec(stdout + stderr)?.[1];
  const ok = code === 0 && version !== undefined && atLeast(version, '3.8.0');
  return check(
    'python3',
    ok,
    version ?? 'not found',
    'Install python 3.8 or newer (Debian: apt-get install python3 python3-venv).',
  );
}

async function temporal(): Promise<Check> {
  const cli = await installedTemporalCli();
  if (cli) return { name: 'temporal', ok: true, detail: `${cli.version} at ${cli.path} (${cli.source})` };
  const go = await goVersion();
  if (go && atLeast(go, GO_MINIMUM)) {
    return {
      name: 'temporal',
      ok: true,
      detail: `will be downloaded, or built with Go ${go} at the first start (5 to 10 min)`,
    };
  }
  return {
    name: 'temporal',
    ok: true,
    detail: 'will be downloaded at the first start',
    fix: `Without network: install the temporal CLI ${TEMPORAL_CLI_VERSION} or newer, or Go ${GO_MINIMUM} or newer.`,
  };
}

async function program(name: string, use: string, fix: string): Promise<Check> {
  const found = await findOnPath(name);
  return check(name, found !== undefined, found ?? 'not found', `Needed for ${use}: ${fix}`);
}

async function java(): Promise<Check> {
  const [javaPath, maven] = await Promise.all([findOnPath('java'), findOnPath('mvn')]);
  const ok = javaPath !== undefined && maven !== undefined;
  const detail = ok ? `${javaPath}, ${maven}` : `java ${javaPath ?? 'not found'}, mvn ${maven ?? 'not found'}`;
  return {
    ...check('java, maven', ok, detail, 'Only for the time-skipping tests: apt-get install default-jdk-headless maven'),
    optional: true,
  };
}

const check = (name: string, ok: boolean, detail: string, fix: string): Check => ({
  name,
  ok,
  detail,
  ...(ok ? {} : { fix }),
});
