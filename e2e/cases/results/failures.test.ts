import { Client, Connection, WorkflowFailedError } from '@temporalio/client';
import type { RunResult } from '../../../contract';
import { lastJson, trainctl } from '../../support/cli';
import { aliveOf } from '../../support/cloud';
import { project } from '../../support/project';
import { stackState } from '../../support/stack';

jest.setTimeout(300_000);

/** What a person reads in the Temporal UI when they open the failed workflow. */
async function failureOf(run: string): Promise<{ type: string | undefined; message: string }> {
  const { address, namespace } = stackState().temporal;
  const connection = await Connection.connect({ address });
  try {
    await new Client({ connection, namespace }).workflow.getHandle(run).result();
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    const cause = error.cause as { type?: string; message?: string } | undefined;
    return { type: cause?.type, message: cause?.message ?? '' };
  } finally {
    await connection.close();
  }
  throw new Error(`${run} did not fail`);
}

async function failing(files: Record<string, string>, command: string[], extra: string[] = []) {
  const dir = await project(files);
  const result = await trainctl(['run', '--json', '--yes', ...extra, '--', ...command], { cwd: dir });
  const last = lastJson<RunResult>(result);
  return { ...result, last, failure: await failureOf(last.run) };
}

test('a script that raises: exit 10, the last lines of its traceback in the failure, nothing left', async () => {
  const { code, last, failure } = await failing(
    { 'train.py': 'def deep():\n    raise ValueError("the learning rate is a banana")\ndeep()\n' },
    ['python3', 'train.py'],
  );
  expect(code).toBe(10);
  expect(last).toMatchObject({ outcome: 'failed', attemptCount: 1, leftovers: 0 });
  expect(failure.type).toBe('failed');
  expect(failure.message).toContain('ValueError: the learning rate is a banana');
  expect(failure.message).toContain('in deep');
  expect(failure.message).toMatch(/exit(ed)?( with)?( code)? 1\b/);
  expect(await aliveOf(last.run)).toEqual([]);
});

test('a missing script: exit 10, and the interpreter says which', async () => {
  const { code, last, failure } = await failing({ 'readme.txt': 'x' }, ['python3', 'nope.py']);
  expect(code).toBe(10);
  expect(failure).toMatchObject({ type: 'failed' });
  expect(failure.message).toMatch(/nope\.py/);
  expect(failure.message).toMatch(/No such file/i);
  expect(await aliveOf(last.run)).toEqual([]);
});

test('a missing requirement: exit 10 before training, with the installer’s own words', async () => {
  const { code, last, failure } = await failing(
    {
      'requirements.txt': 'trainctl-there-is-no-such-package==99.99\n',
      'train.py': 'open("/tmp/should-not-exist-trainctl", "w")\n',
    },
    ['python3', 'train.py'],
  );
  expect(code).toBe(10);
  expect(failure.type).toBe('failed');
  expect(failure.message).toContain('trainctl-there-is-no-such-package');
  expect(failure.message).toMatch(/install/i);
  expect(last.finalStep).toBeNull();
  expect(await aliveOf(last.run)).toEqual([]);
});

test('a command not found: exit 10, in plain words', async () => {
  const { code, last, failure } = await failing({ 'a.txt': 'x' }, ['no-such-trainer', '--epochs', '3']);
  expect(code).toBe(10);
  expect(failure.type).toBe('failed');
  expect(failure.message).toMatch(/no-such-trainer/);
  expect(failure.message).toMatch(/not found/i);
  expect(await aliveOf(last.run)).toEqual([]);
});
