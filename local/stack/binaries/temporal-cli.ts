import { mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { StackError } from '../errors';
import { findOnPath } from '../machine/find-on-path';
import { exclusively } from '../machine/lock';
import { runCommand } from '../machine/run-command';
import { cacheDir } from './cache';
import { downloadTemporal } from './download-temporal';
import { goBuild, goVersion } from './go-build';
import { atLeast, GO_MINIMUM, TEMPORAL_CLI_VERSION } from './versions';

export interface TemporalCli {
  path: string;
  /** Of the CLI, such as `1.8.2`. */
  version: string;
  source: 'TEMPORAL_CLI_PATH' | 'PATH' | 'cache' | 'download' | 'build';
}

/**
 * Finds the `temporal` program, or gets it: `TEMPORAL_CLI_PATH`, `PATH`, the cache, a download, a build from the pinned
 * module (about ten minutes of CPU, once a user).
 *
 * @param say is told what is being tried, and how a build goes on.
 * @throws StackError naming everything that was tried and what to install.
 */
export async function temporalCli(say: (detail: string) => void = () => undefined): Promise<TemporalCli> {
  const asked = process.env.TEMPORAL_CLI_PATH;
  if (asked) {
    const version = await versionOf(asked);
    if (version) return { path: asked, version, source: 'TEMPORAL_CLI_PATH' };
    throw new StackError(
      `TEMPORAL_CLI_PATH is ${asked}, which does not run as the temporal CLI. Unset it, or correct it.`,
    );
  }
  const cached = cachedPath();
  const found = await installed();
  if (found) return found;
  return exclusively(
    `${cached}.lock`,
    async () => (await installed()) ?? get(cached, say),
    (pid) => say(`waiting for process ${pid}, which is getting it`),
  );
}

/** What is there already, without getting anything: for `doctor`, and for starting quickly. */
export async function installedTemporalCli(): Promise<TemporalCli | undefined> {
  const asked = process.env.TEMPORAL_CLI_PATH;
  if (asked) {
    const version = await versionOf(asked);
    return version ? { path: asked, version, source: 'TEMPORAL_CLI_PATH' } : undefined;
  }
  return installed();
}

const cachedPath = (): string => path.join(cacheDir(), `temporal-${TEMPORAL_CLI_VERSION}`);

async function installed(): Promise<TemporalCli | undefined> {
  const onPath = await findOnPath('temporal');
  if (onPath) {
    const version = await versionOf(onPath);
    // An older one lacks commands that the stack uses; the cache or a build then wins.
    if (version && atLeast(version, TEMPORAL_CLI_VERSION)) return { path: onPath, version, source: 'PATH' };
  }
  const cached = cachedPath();
  if (await stat(cached).catch(() => undefined))
    return { path: cached, version: TEMPORAL_CLI_VERSION, source: 'cache' };
  return undefined;
}

async function get(target: string, say: (detail: string) => void): Promise<TemporalCli> {
  await mkdir(path.dirname(target), { recursive: true });
  const work = await mkdtemp(`${target}.get-`);
  const file = path.join(work, 'temporal');
  const tried: string[] = [];
  try {
    say(`downloading ${TEMPORAL_CLI_VERSION}`);
    const downloaded = await downloadTemporal(TEMPORAL_CLI_VERSION, file).then(
      () => undefined,
      (error: Error) => error.message,
    );
    if (downloaded === undefined) {
      await rename(file, target);
      return { path: target, version: TEMPORAL_CLI_VERSION, source: 'download' };
    }
    tried.push(`download: ${downloaded}`);
    const go = await goVersion();
    if (go && atLeast(go, GO_MINIMUM)) {
      const built = await goBuild('temporal', 'github.com/temporalio/cli/cmd/temporal', file, say);
      if (built === undefined) {
        await rename(file, target);
        return { path: target, version: TEMPORAL_CLI_VERSION, source: 'build' };
      }
      tried.push(`build with Go ${go}: ${built}`);
    } else {
      tried.push(go ? `build: Go ${go} is older than ${GO_MINIMUM}` : 'build: no Go on PATH');
    }
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  throw new StackError(
    `No Temporal server could be had.\n${tried.map((line) => `  ${line}`).join('\n')}\n` +
      `Install the temporal CLI ${TEMPORAL_CLI_VERSION} or newer (or set TEMPORAL_CLI_PATH), or Go >= ${GO_MINIMUM}, and try again.`,
  );
}

async function versionOf(program: string): Promise<string | undefined> {
  const { code, stdout } = await runCommand(program, ['--version'], { timeoutSeconds: 20 });
  return code === 0 ? /(\d+\.\d+\.\d+)/.exec(stdout)?.[1] : undefined;
}
