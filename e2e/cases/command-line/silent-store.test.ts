import type { RunStatus } from '../../../contract';
import { trainctl as cli, lastJson } from '../../support/cli';
import { OwnStack } from '../../support/own-stack';
import { project } from '../../support/project';

jest.setTimeout(300_000);

/** Of its own: what S3 refuses here, listings too, it refuses to everybody. */
const stack = new OwnStack();
beforeAll(async () => {
  await stack.up();
});
afterAll(() => stack.close());

const trainctl = (args: string[], cwd?: string) => cli(args, { env: stack.env, ...(cwd === undefined ? {} : { cwd }) });

const status = async (run: string) =>
  lastJson<RunStatus & { storeFault?: string; storeSilent?: true }>(await trainctl(['status', run, '--json']));

test('while S3 answers 503, status and logs say what Temporal knows, and what is not to be had', async () => {
  const dir = await project({ 'trainctl.yaml': JSON.stringify({ name: 'silent', command: 'echo hello; sleep 600' }) });
  const { run } = lastJson<{ run: string }>(await trainctl(['run', '--json', '--yes', '--detach'], dir));
  while ((await status(run)).phase !== 'training');
  // Reads alone: the host's uploads go by POST.
  const { id } = await stack.local<{ id: string }>('POST', 'faults', {
    kind: 's3-error',
    method: 'GET',
    status: 503,
    code: 'SlowDown',
    times: 0,
  });
  try {
    const seen = await status(run);
    expect(seen).toMatchObject({ phase: 'training', attemptCount: 1, storeSilent: true });
    expect(seen.storeFault).toContain('S3 does not answer');
    const shown = await trainctl(['status', run]);
    expect(shown.code).toBe(0);
    expect(shown.stdout).toMatch(/silent-\w+ training[\s\S]*not readable .*S3 does not answer/);
    const logs = await trainctl(['logs', run]);
    expect(logs.code).toBe(3);
    expect(logs.stderr).toMatch(
      /the log of silent-\w+ is in S3, and cannot be read now[\s\S]*known without it: training/,
    );
  } finally {
    await stack.local('DELETE', `faults/${id}`);
  }
  // A run is called training before its command has begun.
  while (!(await trainctl(['logs', run])).stdout.includes('hello'));
  expect((await status(run)).storeFault).toBeUndefined();
  await trainctl(['stop', run, '--now']);
});
