import path from 'node:path';
import { findOnPath } from '../machine/find-on-path';
import { runCommand } from '../machine/run-command';
import { packageRoot } from '../paths';

/** Of the `go` on PATH, such as `1.26.8`. */
export async function goVersion(): Promise<string | undefined> {
  if (!(await findOnPath('go'))) return undefined;
  const { code, stdout } = await runCommand('go', ['version'], { timeoutSeconds: 20, env: withoutToolchainDownload() });
  return code === 0 ? /go(\d+\.\d+(?:\.\d+)?)/.exec(stdout)?.[1] : undefined;
}

/**
 * Builds one program of a pinned module in `modules/`, saying how far it is: Go prints each package as it is compiled, and
 * the number of packages is known beforehand.
 *
 * @returns undefined, or why it failed, in Go's last words.
 */
export async function goBuild(
  module: string,
  program: string,
  target: string,
  say: (detail: string) => void,
): Promise<string | undefined> {
  const cwd = path.join(packageRoot(), 'local/stack/modules', module);
  const env: NodeJS.ProcessEnv = {
    ...withoutToolchainDownload(),
    CGO_ENABLED: '0',
    // Half the time on two cores, for about 2 GB of memory (measured: 5.5 instead of 10 minutes).
    GOGC: 'off',
    GOFLAGS: '-mod=readonly',
  };
  say('fetching its Go modules');
  const listed = await runCommand('go', ['list', '-deps', program], { cwd, env });
  if (listed.code !== 0) return lastLines(listed.stderr);
  const total = listed.stdout.split('\n').filter(Boolean).length;
  let built = 0;
  const began = Date.now();
  const report = () => {
    const minutes = (Date.now() - began) / 60_000;
    say(
      `building from source, once: ${Math.min(built, total)} of ${total} packages, ${minutes.toFixed(1)} min (about 5 to 10 in all)`,
    );
  };
  report();
  const timer = setInterval(report, 2000);
  const args = ['build', '-v', '-trimpath', '-ldflags=-s -w', '-o', target, program];
  const result = await runCommand('go', args, {
    cwd,
    env,
    onLine: () => {
      built += 1;
    },
  });
  clearInterval(timer);
  return result.code === 0 ? undefined : lastLines(result.stderr);
}

/** A build uses the Go that is there: fetching another toolchain would be a download nobody asked for. */
const withoutToolchainDownload = (): NodeJS.ProcessEnv => ({ ...process.env, GOTOOLCHAIN: 'local' });

const lastLines = (text: string): string =>
  text.trim().split('\n').slice(-3).join(' | ').slice(-500) || 'no reason given';
