import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type LocalTestWorkflowEnvironmentOptions, TestWorkflowEnvironment } from '@temporalio/testing';
import { temporalCli } from './servers';

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** Temporal's dev server. It notes an id in the home, which is not what a test may write to. */
export async function ownDevServer(
  server: Omit<NonNullable<LocalTestWorkflowEnvironmentOptions['server']>, 'executable'> = {},
): Promise<TestWorkflowEnvironment> {
  const folder = mkdtempSync(path.join(tmpdir(), 'trainctl-config-'));
  const script = path.join(folder, 'temporal');
  // The SDK starts it with the environment of the process, which jest does not let a test change.
  const start = `HOME=${quoted(folder)} exec ${quoted(await temporalCli())} "$@"`;
  writeFileSync(script, `#!/bin/sh\n${start}\n`, { mode: 0o700 });
  try {
    return await TestWorkflowEnvironment.createLocal({
      server: { ...server, executable: { type: 'existing-path', path: script } },
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
