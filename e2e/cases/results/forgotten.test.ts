import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { WorkflowNotFoundError } from '@temporalio/client';
import { createClient, type RunListEntry, type RunResult, type RunView } from '../../../client';
import { lastJson, trainctl } from '../../support/cli';
import { project } from '../../support/project';

jest.setTimeout(300_000);

/** What happens to each run once the namespace's retention is over. */
async function forget(workflowId: string): Promise<void> {
  const client = await createClient();
  const { workflowService, workflow, options } = client.temporal;
  try {
    await workflowService.deleteWorkflowExecution({
      namespace: options.namespace,
      workflowExecution: { workflowId },
    });
    while (
      await workflow
        .getHandle(workflowId)
        .describe()
        .then(() => true, known)
    )
      await sleep(100);
    // The list is another store.
    while ((await client.list({ name: 'forgotten', steps: false })).length > 0) await sleep(100);
  } finally {
    await client.close();
  }
}

function known(error: unknown): boolean {
  if (error instanceof WorkflowNotFoundError) return false;
  throw error;
}

test('a run that Temporal has forgotten is listed, shown, read and fetched from what it left in S3', async () => {
  const command = 'echo trained; echo model > model.bin; echo \'{"step": 7, "loss": 0.5}\' > "$TRAINCTL_METRICS"';
  const spec = { name: 'forgotten', command, code: { none: true } };
  const dir = await project({ 'trainctl.yaml': JSON.stringify(spec) });
  const { run } = lastJson<RunResult>(await trainctl(['run', '--json'], { cwd: dir }));
  await forget(run);

  const listed = await trainctl(['ls', '--name', 'forgotten', '--json']);
  expect(JSON.parse(listed.stdout) as RunListEntry[]).toEqual([
    expect.objectContaining({
      run,
      outcome: 'succeeded',
      forgotten: true,
      endedAt: expect.any(String),
      attemptCount: 1,
    }),
  ]);
  expect((await trainctl(['ls', '--name', 'forgotten', '--outcome', 'failed'])).stdout).not.toContain(run);
  const table = await trainctl(['ls', '--name', 'forgotten', '--outcome', 'succeeded,failed']);
  expect(table.stdout).toMatch(new RegExp(`${run} +succeeded .*\\$`));
  expect(table.stderr).toContain('Temporal has forgotten 1 run of these');

  const shown = lastJson<RunView>(await trainctl(['status', run, '--json']));
  expect(shown).toMatchObject({
    run,
    outcome: 'succeeded',
    source: 'summary',
    forgotten: true,
    costUsd: expect.any(Number),
  });
  // By name, by a prefix, and as the newest of its folder.
  for (const asked of [['forgotten'], [run.slice(0, -1)], []])
    expect(lastJson<RunView>(await trainctl(['status', ...asked, '--json'], { cwd: dir })).runKey).toBe(shown.runKey);
  expect((await trainctl(['status', run])).stdout).toContain('forgotten by Temporal');
  expect((await trainctl(['logs', run])).stdout).toBe('trained\n');
  expect((await trainctl(['outputs', 'get', run, '--to', path.join(dir, 'got')])).code).toBe(0);
  expect(readFileSync(path.join(dir, 'got/model.bin'), 'utf8')).toBe('model\n');

  const stopped = await trainctl(['stop', run]);
  expect([stopped.code, stopped.stderr]).toEqual([2, expect.stringContaining('has ended')]);
  expect((await trainctl(['status', 'forgotten-never'])).code).toBe(4);
});

test('a namespace that Temporal does not have is named by every command, with what makes it', async () => {
  for (const command of [['ls'], ['status', 'x'], ['stop', 'x']]) {
    const told = await trainctl(command, { env: { TEMPORAL_NAMESPACE: 'nowhere' } });
    expect([command, told.code, told.stderr]).toEqual([
      command,
      3,
      expect.stringContaining('has no namespace "nowhere"'),
    ]);
    expect(told.stderr).toContain('temporal operator namespace create');
  }
  const doctor = await trainctl(['doctor'], { env: { TEMPORAL_NAMESPACE: 'nowhere' } });
  expect(doctor.stdout).toMatch(/temporal server .*has no namespace "nowhere"\n.*namespace create/);
});
