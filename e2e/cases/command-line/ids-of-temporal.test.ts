import { Client, Connection } from '@temporalio/client';
import { EXIT_CODES, type RunListEntry, type RunStatus, TASK_QUEUES, WORKFLOW_TYPE } from '../../../contract';
import { lastJson, trainctl } from '../../support/cli';
import { project } from '../../support/project';
import { stackState } from '../../support/stack';

jest.setTimeout(240_000);

let connection: Connection;
let client: Client;
beforeAll(async () => {
  const { address, namespace } = stackState().temporal;
  connection = await Connection.connect({ address });
  client = new Client({ connection, namespace });
});
afterAll(() => connection.close());

const listed = async (name: string): Promise<RunListEntry[]> =>
  lastJson(await trainctl(['ls', '--json', '--limit', '200', '--name', name]));

const ended = async (id: string): Promise<RunStatus> => lastJson(await trainctl(['status', id, '--wait', '--json']));

test('a Schedule starts a run an interval, and status, logs and stop find each', async () => {
  const schedule = await client.schedule.create({
    scheduleId: 'often',
    spec: { intervals: [{ every: '3s' }] },
    policies: { overlap: 'ALLOW_ALL' },
    // However long it takes until they are seen.
    state: { remainingActions: 2 },
    action: {
      type: 'startWorkflow',
      workflowType: WORKFLOW_TYPE,
      workflowId: 'often-train',
      taskQueue: TASK_QUEUES.main,
      args: [{ command: 'echo "trained as $TRAINCTL_RUN"; sleep 600', name: 'often', checkpoints: { grace: '2s' } }],
    },
  });
  try {
    while ((await listed('often')).length < 2);
    await schedule.pause();
    // One that was started in the moment of the pause tells its name, and is listed, a moment later.
    const { numActionsTaken } = (await schedule.describe()).info;
    let runs: RunListEntry[] = [];
    while (runs.length < numActionsTaken) runs = await listed('often');
    for (const { run, runKey } of runs) {
      expect(run).toMatch(/^often-train-\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      let status = await trainctl(['status', run, '--json']);
      while (lastJson<RunStatus>(status).phase !== 'training') status = await trainctl(['status', run, '--json']);
      expect(lastJson<RunStatus>(status)).toMatchObject({ run, runKey });
      let log = '';
      while (log === '') log = (await trainctl(['logs', run])).stdout;
      expect(log).toBe(`trained as ${run}\n`);
    }
    const [newest] = runs;
    for (const asked of ['often', 'often-train', newest?.run.slice(0, -1) ?? ''])
      expect(lastJson<RunStatus>(await trainctl(['status', asked, '--json'])).run).toBe(newest?.run);
    for (const { run } of runs) expect((await trainctl(['stop', run])).code).toBe(0);
    for (const { run } of runs) expect((await ended(run)).outcome).toBe('cancelled');
  } finally {
    await schedule.delete();
  }
});

const ODD = [
  'two\nlines \u001b[31mred',
  '../../up',
  '--json',
  ' blanks  about ',
  `q"uo't\\es $(touch pwned) *`,
  '训练😀\u202e',
  '训'.repeat(333),
];

test('any id that Temporal takes is found by what ls shows, and leads nowhere else', async () => {
  const cwd = await project({});
  const input = { command: 'echo "$TRAINCTL_RUN" && mkdir -p outputs && echo 1 > outputs/one', name: 'odd' };
  for (const workflowId of ODD)
    await client.workflow.start(WORKFLOW_TYPE, { workflowId, taskQueue: TASK_QUEUES.main, args: [input] });
  await Promise.all(ODD.map((id) => client.workflow.getHandle(id).result()));

  const [runs, names, table] = [
    await listed('odd'),
    (await trainctl(['ls', '--names', '--name', 'odd'])).stdout.trimEnd().split('\n'),
    (await trainctl(['ls', '--name', 'odd'])).stdout,
  ];
  expect(runs.map(({ run }) => run).sort()).toEqual([...ODD].sort());
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what no terminal may get
  expect(table).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
  expect(table.trimEnd().split('\n')).toHaveLength(ODD.length + 1);
  for (const [i, { run }] of runs.entries()) {
    const shown = names[i] ?? '';
    expect(lastJson<RunStatus>(await trainctl(['status', shown, '--json']))).toMatchObject({
      run,
      outcome: 'succeeded',
    });
    expect((await trainctl(['logs', shown])).stdout).toBe(`${run}\n`);
    expect((await trainctl(['stop', shown])).stderr).toContain('has ended');
    const got = lastJson<{ to: string }>(await trainctl(['outputs', 'get', shown, '--json'], { cwd }));
    expect(got.to).toMatch(/^[A-Za-z0-9_][A-Za-z0-9._-]*-outputs$/);
  }
  expect(lastJson<RunStatus>(await trainctl(['status', '--json', '--', '--json']))).toMatchObject({ run: '--json' });
  expect((await trainctl(['status', 'two\nlines'])).code).toBe(0);
  expect((await trainctl(['status', '\u001b[31m'])).code).toBe(EXIT_CODES.notFound);
});
