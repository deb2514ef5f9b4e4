import type { RunResult, RunStatus } from '../../../contract';
import { trainctl } from '../../support/cli';
import { aliveOf } from '../../support/cloud';
import { untilTrains } from '../../support/look-at';
import { project } from '../../support/project';
import { stackState } from '../../support/stack';
import { temporal } from '../../support/temporal';

jest.setTimeout(300_000);

const waitFor = async (id: string) => {
  const { code, stdout } = await trainctl(['status', id, '--wait', '--json']);
  return { code, status: JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as RunStatus };
};

const start = (id: string, ...input: string[]) =>
  temporal('workflow', 'start', '--type', 'trainingRun', '--task-queue', 'trainctl', '--workflow-id', id, ...input);

test('a run started by the temporal CLI with plain JSON ends as the CLI’s do', async () => {
  const dir = await project({ 'hello.py': 'print("hello from a snapshot")\n' });
  const sent = await trainctl(['snapshot', dir, '--json']);
  const { snapshot: sha256 } = JSON.parse(sent.stdout) as { snapshot: string };
  await start('by-hand-1', '--input', JSON.stringify({ command: 'python3 hello.py', code: { snapshot: sha256 } }));
  const { code, status } = await waitFor('by-hand-1');
  expect(code).toBe(0);
  expect(status.outcome).toBe('succeeded');
  expect((await trainctl(['logs', 'by-hand-1'])).stdout).toBe('hello from a snapshot\n');
  expect(await aliveOf('by-hand-1')).toEqual([]);
});

test.each([
  ['no input at all', []],
  ['a string', ['--input', '"train.py"']],
  ['null', ['--input', 'null']],
  ['a list', ['--input', '[1,2]']],
  ['an empty object', ['--input', '{}']],
])('%s ends at once as invalid, never as a stuck workflow task', async (what, input) => {
  const id = `invalid-${what.replaceAll(' ', '-')}`;
  await start(id, ...input);
  const { code, status } = await waitFor(id);
  expect(code).toBe(2);
  expect(status.outcome).toBe('invalid');
  const history = await temporal('workflow', 'show', '--workflow-id', id, '--output', 'json');
  expect(history).not.toContain('EVENT_TYPE_WORKFLOW_TASK_FAILED');
  expect(await aliveOf(id)).toEqual([]);
});

test('what the Temporal UI’s start form sends starts a run: the same request, to the same address', async () => {
  const { uiUrl } = stackState().temporal;
  const payload = (value: unknown) => ({
    metadata: { encoding: Buffer.from('json/plain').toString('base64') },
    data: Buffer.from(JSON.stringify(value)).toString('base64'),
  });
  const page = await fetch(uiUrl);
  const cookie = page.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
  const token = /_csrf=([^;]+)/.exec(cookie)?.[1] ?? '';
  const answer = await fetch(`${uiUrl}/api/v1/namespaces/default/workflows/from-the-ui`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: uiUrl, cookie, 'x-csrf-token': token },
    body: JSON.stringify({
      workflowType: { name: 'trainingRun' },
      taskQueue: { name: 'trainctl' },
      input: { payloads: [payload({ command: 'echo from the UI' })] },
    }),
  });
  expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining('runId')]);
  const { code, status } = await waitFor('from-the-ui');
  expect([code, status.outcome]).toEqual([0, 'succeeded']);
  expect(await aliveOf('from-the-ui')).toEqual([]);
});

test('temporal workflow cancel ends a training run Canceled, with nothing left', async () => {
  await start('cancel-me', '--input', JSON.stringify({ command: 'sleep 600', checkpoints: { grace: '3s' } }));
  await untilTrains('cancel-me');
  await temporal('workflow', 'cancel', '--workflow-id', 'cancel-me');
  const { code, status } = await waitFor('cancel-me');
  expect([code, status.outcome]).toEqual([11, 'cancelled']);
  const described = await temporal('workflow', 'describe', '--workflow-id', 'cancel-me', '--output', 'json');
  expect(described).toContain('WORKFLOW_EXECUTION_STATUS_CANCELED');
  expect(await aliveOf('cancel-me')).toEqual([]);
});

test('a secret is in the process’s environment and in no history, log or object of the run', async () => {
  const dir = await project({ 'use.py': 'import os; print(len(os.environ["E2E_SECRET"]))\n' });
  const done = await trainctl(
    ['run', '--json', '--yes', '--set', 'secrets=["E2E_SECRET"]', '--', 'python3', 'use.py'],
    { cwd: dir },
  );
  expect(done.code).toBe(0);
  const { run: id } = JSON.parse(done.stdout.trim().split('\n').at(-1) ?? '') as RunResult;
  expect((await trainctl(['logs', id])).stdout.trim()).toBe(String('hunter2-only-for-tests'.length));
  const history = await temporal('workflow', 'show', '--workflow-id', id, '--output', 'json');
  const secret = 'hunter2-only-for-tests';
  expect(history).not.toContain(secret);
  expect(history).not.toContain(Buffer.from(secret).toString('base64').slice(0, 20));
  const refused = await trainctl(['run', '--json', '--yes', '--set', 'secrets=["NOT_ALLOWED"]', '--', 'true'], {
    cwd: dir,
  });
  expect(refused.code).toBe(2);
  expect(refused.stdout + refused.stderr).toMatch(/NOT_ALLOWED.*secrets\.allow/s);
});
