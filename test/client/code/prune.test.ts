import { type Client, ScheduleNotFoundError } from '@temporalio/client';
import { NoSuchObjectError } from '../../../adapters/aws';
import { type PruneContext, pruneCode } from '../../../client/code/prune';
import { snapshotKey, snapshotTimesKey, WORKFLOW_TYPE } from '../../../contract';
import { commitNoteKey } from '../../../contract/tokens';

const DAY = 86_400;
const id = (letter: string): string => letter.repeat(64);
const tar = (letter: string): string => snapshotKey('p/', id(letter));
const COMMIT = { git: 'https://example.org/code.git', ref: 'c'.repeat(40) };

interface World extends PruneContext {
  objects: Map<string, { body: string; age: number }>;
  /** Inputs of schedules and open runs; an error: what Temporal answers. */
  schedules: Record<string, unknown>;
  runs: Record<string, unknown>;
}

/** Objects with their ages in days. */
function world(objects: Record<string, number>): World {
  const now = Date.now();
  const there = new Map(Object.entries(objects).map(([key, age]) => [key, { body: 'x', age }]));
  const modified = (age: number): number => now - age * DAY * 1000;
  const made: World = {
    objects: there,
    schedules: {},
    runs: {},
    prefix: 'p/',
    now: () => now,
    client: {} as Client,
    store: {
      get: async (key) => Buffer.from(there.get(key)?.body ?? raise(new NoSuchObjectError('b', key))),
      list: async function* (prefix) {
        for (const [key, { body, age }] of there)
          if (key.startsWith(prefix)) yield { key, bytes: body.length, modifiedAt: modified(age) };
      },
      head: async (key) => {
        const found = there.get(key);
        return found && { key, bytes: 1, etag: '', modifiedAt: modified(found.age) };
      },
      delete: async (keys) => {
        for (const key of keys) there.delete(key);
      },
    },
  };
  made.client = {
    options: { namespace: 'default' },
    withDeadline: (_at: number, call: () => unknown) => call(),
    schedule: {
      list: async function* () {
        yield { scheduleId: 'reconciler', action: { workflowType: 'reconcile' } };
        for (const scheduleId of Object.keys(made.schedules))
          yield { scheduleId, action: { workflowType: WORKFLOW_TYPE } };
      },
      getHandle: (name: string) => ({
        describe: async () => {
          const input = made.schedules[name];
          if (input instanceof Error) throw input;
          return { action: { args: [input] } };
        },
      }),
    },
    workflow: {
      list: async function* () {
        for (const workflowId of Object.keys(made.runs)) yield { workflowId, runId: '1' };
      },
    },
    workflowService: {
      getWorkflowExecutionHistory: async ({ execution }: { execution: { workflowId: string } }) => {
        const data = Buffer.from(JSON.stringify(made.runs[execution.workflowId]));
        return {
          history: { events: [{ workflowExecutionStartedEventAttributes: { input: { payloads: [{ data }] } } }] },
        };
      },
    },
  } as unknown as Client;
  return made;
}

function raise(error: Error): never {
  throw error;
}

const prune = (context: World, days: number, dryRun = false): ReturnType<typeof pruneCode> =>
  pruneCode(context, { olderThanSeconds: days * DAY, dryRun });

it('refuses ages within which code may be in use', async () => {
  for (const days of [0, 1.9, Number.NaN])
    await expect(prune(world({}), days)).rejects.toMatchObject({ code: 'usage' });
});

it('removes what is old and needed by nobody, and nothing that is not code', async () => {
  const w = world({
    [tar('a')]: 40,
    [tar('b')]: 20,
    'p/code/notes.txt': 99,
    'p/runs/k/spec.json': 99,
    [snapshotTimesKey('p/', id('d'))]: 40,
  });
  const look = await prune(w, 30, true);
  expect(look).toMatchObject({ dryRun: true, removed: [id('a')], objects: 2, kept: [], missing: [] });
  expect(w.objects.size).toBe(5);
  expect(await prune(w, 30)).toMatchObject({ dryRun: false, removed: [id('a')], objects: 2 });
  expect([...w.objects.keys()]).toEqual([tar('b'), 'p/code/notes.txt', 'p/runs/k/spec.json']);
});

it('what a schedule or an open run needs stays, with its times, until neither is there', async () => {
  const times = snapshotTimesKey('p/', id('e'));
  const w = world({ [tar('a')]: 40, [tar('b')]: 40, [times]: 40 });
  w.schedules = { nightly: { command: 'x', code: { snapshot: id('a'), times: id('e') } } };
  w.runs = { 'nightly-2026-11-27T03:00:00Z': { command: 'x', code: { snapshot: id('a') } }, odd: 'no spec', none: {} };
  expect(await prune(w, 30)).toMatchObject({
    removed: [id('b')],
    kept: [{ snapshot: id('a'), neededBy: ['schedule nightly', 'run nightly-2026-11-27T03:00:00Z'] }],
  });
  w.schedules = {};
  expect(await prune(w, 30)).toMatchObject({ removed: [], kept: [{ neededBy: ['run nightly-2026-11-27T03:00:00Z'] }] });
  expect(w.objects.has(times)).toBe(false);
  w.runs = {};
  expect(await prune(w, 30)).toMatchObject({ removed: [id('a')], kept: [] });
});

it('so does what a commit became, and its note', async () => {
  const note = commitNoteKey('p/', COMMIT);
  const w = world({ [tar('a')]: 40, [note]: 40 });
  w.objects.set(note, { body: `${id('a')}\n`, age: 40 });
  w.schedules = { nightly: { code: COMMIT } };
  expect(await prune(w, 30)).toMatchObject({ removed: [], objects: 0, kept: [{ snapshot: id('a') }] });
  w.schedules = {};
  expect(await prune(w, 30)).toMatchObject({ removed: [id('a')], objects: 2 });
});

it('what is sent again between the look and the removal stays', async () => {
  const w = world({ [tar('a')]: 40 });
  const { head } = w.store;
  w.store.head = async (key) => {
    w.objects.set(key, { body: 'x', age: 0 });
    return head(key);
  };
  expect(await prune(w, 30)).toMatchObject({ removed: [], objects: 0 });
});

it('names code that is needed and is not there', async () => {
  const w = world({});
  w.schedules = { nightly: { code: { snapshot: id('a') } } };
  expect((await prune(w, 30)).missing).toEqual([{ snapshot: id('a'), neededBy: ['schedule nightly'] }]);
});

it('removes nothing when one does not say what it needs; one that was removed meanwhile needs nothing', async () => {
  const w = world({ [tar('a')]: 40 });
  w.schedules = { silent: new Error('14 UNAVAILABLE') };
  await expect(prune(w, 30)).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('schedule silent'),
  });
  expect(w.objects.size).toBe(1);
  w.schedules = { gone: new ScheduleNotFoundError('gone', 'gone') };
  expect((await prune(w, 30)).removed).toEqual([id('a')]);
});
