import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { GoneSuites } from '../../../worker/gone/suites';

const KEY = '0123456789abcdef';
const TAG = `e2e-s-${KEY}`;
const SUITE = {
  workflowId: 'nightly',
  runId: 's1',
  suiteKey: KEY,
  tag: TAG,
  installation: 'default',
  namespaceId: 'ns',
};
const owner = { installation: 'default', namespaceId: 'ns', installationKey: 'key' };
const quiet = { info: () => undefined, warn: () => undefined };
const NOW = Date.UTC(2026, 10, 30);
const OLD = new Date(NOW - 3_600_000);

interface Shown {
  workflowId: string;
  runId: string;
  memo?: object;
  startTime?: Date;
}

interface Args {
  plan: { name: string };
  suite: object;
}

interface Asked {
  workflowId: string;
  args: [Args];
  workflowIdReusePolicy: string;
}

/** As far as it asks Temporal. `open`: run ids of executions that are. */
function temporal(
  lists: { scenarios?: Shown[]; runs?: Shown[]; suites?: Shown[]; undoing?: Shown[]; refused?: string },
  open: string[] = [],
  paused = false,
  left: { tag: string; suiteKey: string; scenario: string }[] = [],
) {
  let now = NOW;
  const finds: number[] = [];
  const reuse: string[] = [];
  const objects = {
    find: async (at: number) => {
      finds.push(at);
      return left;
    },
  };
  const turn = { paused, refuses: false };
  const started: { id: string; args: Args }[] = [];
  const listed = (query: string): Shown[] =>
    query.includes('IN ("Terminated"')
      ? (lists.scenarios ?? [])
      : query.includes('"trainingRun"')
        ? (lists.runs ?? [])
        : query.includes('"e2eSuite"')
          ? (lists.suites ?? [])
          : (lists.undoing ?? []);
  const client = {
    workflow: {
      async *list({ query }: { query: string }) {
        if (lists.refused && query.includes(lists.refused)) throw new Error('not such a query');
        yield* listed(query);
      },
      getHandle: (workflowId: string, runId: string) => ({
        describe: async () => {
          if (workflowId === 'deleted') throw new WorkflowNotFoundError('gone', workflowId, runId);
          return open.includes(runId) ? {} : { closeTime: OLD };
        },
      }),
      start: async (_type: string, { workflowId, args: [args], workflowIdReusePolicy }: Asked) => {
        if (turn.refuses) throw new Error('Temporal is busy');
        reuse.push(workflowIdReusePolicy);
        started.push({ id: workflowId, args });
      },
    },
    schedule: { getHandle: () => ({ describe: async () => ({ state: { paused: turn.paused } }) }) },
  } as unknown as Client;
  const later = (ms: number): void => {
    now += ms;
  };
  const gone = new GoneSuites(client, owner, quiet, () => now, objects);
  return { started, reuse, turn, finds, later, objects, gone };
}

const run = (id: string, startTime = OLD): Shown => ({ workflowId: id, runId: `run of ${id}`, startTime });
const scenario: Shown = { workflowId: 'nightly:code-sync', runId: 'c1', memo: { suite: SUITE, scenario: 'code-sync' } };

test('a scenario that was terminated with its suite is undone once, from tag and name', async () => {
  const { started, gone } = temporal({ scenarios: [scenario] });
  await gone.look();
  await gone.look();
  expect(started).toEqual([
    {
      id: `trainctl-reconcile-${KEY}-code-sync`,
      args: expect.objectContaining({
        undoOnly: true,
        suite: SUITE,
        plan: expect.objectContaining({ name: 'code-sync' }),
      }),
    },
  ]);
});

test('a suite that is open does that itself', async () => {
  const { started, gone } = temporal({ scenarios: [scenario] }, ['s1']);
  await gone.look();
  expect(started).toEqual([]);
});

test('runs whose suite has closed are ended, by scenario; those of an open one, and of nobody, are left alone', async () => {
  const runs = [
    run(`${TAG}.code-sync.1`),
    run(`${TAG}.code-sync.2`),
    run(`${TAG}.checkpoint.1`),
    run('e2e-s-mine'),
    run('digits'),
  ];
  const closed = temporal({ runs, suites: [SUITE] });
  await closed.gone.look();
  expect(closed.started.map(({ args }) => args.plan.name)).toEqual(['code-sync', 'checkpoint']);
  const open = temporal({ runs, suites: [SUITE] }, ['s1']);
  await open.gone.look();
  expect(open.started).toEqual([]);
});

test('a scenario that is still taking away what it made is left to that', async () => {
  const undoing = [{ workflowId: 'nightly:code-sync', runId: 'c1' }];
  const { started, gone } = temporal({ runs: [run(`${TAG}.code-sync.1`)], suites: [SUITE], undoing }, ['c1']);
  await gone.look();
  expect(started).toEqual([]);
});

test('of a suite that no list has, a run has to be old: lists are late', async () => {
  const young = temporal({ runs: [run(`${TAG}.code-sync.1`, new Date(NOW - 60_000))] });
  await young.gone.look();
  expect(young.started).toEqual([]);
  const old = temporal({ runs: [run(`${TAG}.code-sync.1`)] });
  await old.gone.look();
  expect(old.started).toHaveLength(1);
});

test('a list that the server refuses keeps nothing from what the other says', async () => {
  const { started, gone } = temporal({ scenarios: [scenario], refused: '"trainingRun"' });
  await expect(gone.look()).rejects.toThrow('not such a query');
  expect(started).toHaveLength(1);
});

test('whoever has paused the reconciler wants nothing to be ended until he resumes it', async () => {
  const { started, gone, turn } = temporal({ scenarios: [scenario] }, [], true);
  await gone.look();
  expect(started).toEqual([]);
  turn.paused = false;
  await gone.look();
  expect(started).toHaveLength(1);
});

test('an undo that cannot be started is tried again at the next look', async () => {
  const { started, gone, turn } = temporal({ scenarios: [scenario] });
  turn.refuses = true;
  await gone.look();
  turn.refuses = false;
  await gone.look();
  await gone.look();
  expect(started).toHaveLength(1);
});

describe('objects that a suite has left in S3', () => {
  const jest = { tag: 'e2e-0123abcd', suiteKey: '0123abcd', scenario: 'code-sync' };

  test('of a suite that was no workflow are taken away, from tag and name alone', async () => {
    const { started, gone } = temporal({}, [], false, [jest]);
    await gone.look();
    expect(started).toEqual([
      {
        id: 'trainctl-reconcile-0123abcd-code-sync',
        args: expect.objectContaining({
          undoOnly: true,
          suite: expect.objectContaining({ tag: jest.tag, workflowId: jest.tag, ...owner }),
          plan: expect.objectContaining({ name: 'code-sync' }),
        }),
      },
    ]);
  });

  test('of a suite that is open, or by a reconciler that is paused, are left alone', async () => {
    const own = { tag: TAG, suiteKey: KEY, scenario: 'code-sync' };
    const open = temporal({ suites: [SUITE] }, ['s1'], false, [own]);
    await open.gone.look();
    const paused = temporal({}, [], true, [jest]);
    await paused.gone.look();
    expect([...open.started, ...paused.started]).toEqual([]);
    const closed = temporal({ suites: [SUITE] }, [], false, [own]);
    await closed.gone.look();
    expect(closed.started).toMatchObject([{ args: { suite: { workflowId: 'nightly', runId: 's1' } } }]);
  });

  test('are taken away also where their scenario was undone before', async () => {
    const { reuse, gone } = temporal({}, [], false, [jest]);
    await gone.look();
    expect(reuse).toEqual(['ALLOW_DUPLICATE']);
  });

  test('keep nothing waiting that costs more, while S3 does not answer', async () => {
    const { started, objects, gone } = temporal({ runs: [run(`${TAG}.code-sync.1`)] });
    let before: number | undefined;
    objects.find = () => {
      before = started.length;
      return Promise.reject(new Error('S3 is away'));
    };
    await expect(gone.look()).rejects.toThrow('S3 is away');
    expect([before, started.length]).toEqual([1, 1]);
  });

  test('are looked for once an hour', async () => {
    const { finds, later, gone } = temporal({});
    await gone.look();
    later(20_000);
    await gone.look();
    expect(finds).toHaveLength(1);
    later(3_600_000);
    await gone.look();
    expect(finds).toHaveLength(2);
  });
});
