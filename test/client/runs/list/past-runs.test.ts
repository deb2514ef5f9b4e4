import { listQuery } from '../../../../client/runs/list/list-runs';
import { withCosts } from '../../../../client/runs/list/live-costs';
import { findPast, pastRuns } from '../../../../client/runs/list/past-runs';
import {
  idPart,
  pastEntry,
  pastKey,
  type RunListEntry,
  type RunStatus,
  readPastEntry,
  readPastKey,
} from '../../../../contract';
import { MemoryObjects } from '../../support/memory-objects';
import { at, attempt, NOW, view } from '../../support/status-fixture';

const key = (n: number): string => n.toString(16).padStart(16, '0');
const ended = (run: string, n: number, more: Partial<RunStatus> = {}): RunStatus => ({
  ...view(),
  run,
  runKey: key(n),
  phase: 'ended',
  outcome: 'succeeded',
  endedAt: at(n),
  attempts: [attempt(1)],
  ...more,
});

/** As the worker leaves them. */
function store(...runs: RunStatus[]): MemoryObjects {
  const objects = new MemoryObjects();
  for (const status of runs)
    objects.set(
      pastKey('p/', Date.parse(status.endedAt ?? ''), status.runKey, status.run),
      JSON.stringify(pastEntry(status)),
    );
  return objects;
}

const none = new Set<string>();
const ids = (entries: RunListEntry[]): string[] => entries.map(({ run }) => run);

test('runs that Temporal has forgotten are listed by their end, as they were, and as forgotten', async () => {
  const objects = store(ended('a-1111', 1), ended('b-2222', 3), ended('c-3333', 2, { outcome: 'failed' }));
  const { runs: listed } = await pastRuns(objects, 'p/', { limit: 10, known: none });
  expect(ids(listed)).toEqual(['b-2222', 'c-3333', 'a-1111']);
  expect(listed[1]).toEqual({ ...pastEntry(ended('c-3333', 2, { outcome: 'failed' })), forgotten: true });
});

test('what is known, does not fit or is beyond the limit is neither shown nor, where its key says so, read', async () => {
  const objects = store(
    ...Array.from({ length: 60 }, (_, n) => ended(`r-${n}`, n, n % 2 ? { outcome: 'failed' } : {})),
  );
  const { runs } = await pastRuns(objects, 'p/', { limit: 2, known: new Set([key(59)]) });
  expect(ids(runs)).toEqual(['r-58', 'r-57']);
  expect(objects.gets.length).toBeLessThanOrEqual(16);
  const failed = await pastRuns(objects, 'p/', { limit: 2, known: none, outcomes: ['failed'] });
  expect(ids(failed.runs)).toEqual(['r-59', 'r-57']);
  expect(await pastRuns(objects, 'p/', { limit: 2, known: none, project: 'other' })).toEqual({ runs: [] });
});

const many = (count: number): RunStatus[] => Array.from({ length: count }, (_, n) => ended(`r-${n}`, n));

test('of those beyond the newest 500 nothing is known, and that is said', async () => {
  const objects = store(ended('old', 0, { project: 'other' }), ...many(501).slice(1));
  const options = { limit: 5, known: none, project: 'other' };
  expect(await pastRuns(objects, 'p/', options)).toEqual({ runs: [], looked: 500 });
  expect(objects.gets).toHaveLength(500);
  // All are looked at where one of them is known.
  const { runs, looked } = await pastRuns(objects, 'p/', { ...options, known: new Set([key(7)]) });
  expect([ids(runs), looked]).toEqual([['old'], undefined]);
  // Who has found what was asked for misses nothing.
  expect(await pastRuns(objects, 'p/', { limit: 500, known: none })).not.toHaveProperty('looked');
});

test('what Temporal knows and does not fit takes no place of those that it has forgotten', async () => {
  const objects = store(ended('old', 0, { project: 'other' }), ...many(700).slice(1));
  const asked: number[] = [];
  const knows = async (keys: readonly { runKey: string }[]): Promise<Set<string>> => {
    asked.push(keys.length);
    return new Set(keys.map(({ runKey }) => runKey).filter((one) => one !== key(0)));
  };
  const { runs, looked } = await pastRuns(objects, 'p/', { limit: 5, known: none, project: 'other' }, knows);
  expect([ids(runs), looked]).toEqual([['old'], undefined]);
  expect(objects.gets).toHaveLength(1);
  expect(asked).toEqual(Array(7).fill(100));
});

test('what was found is told when time is up; S3 that has not answered at all is a fault', async () => {
  jest.useFakeTimers();
  try {
    const objects = store(...many(40));
    const get = objects.get.bind(objects);
    let answers = 16;
    objects.get = (...args) => (answers-- > 0 ? get(...args) : new Promise(() => undefined));
    const some = pastRuns(objects, 'p/', { limit: 30, known: none });
    await jest.advanceTimersByTimeAsync(3_000);
    const { runs, looked } = await some;
    expect([runs.length, looked]).toEqual([16, 16]);
    const nothing = expect(pastRuns(objects, 'p/', { limit: 30, known: none })).rejects.toThrow('no answer within 3 s');
    await jest.advanceTimersByTimeAsync(3_000);
    await nothing;
    // Not silence: Temporal knows the newest, and nothing more was heard.
    const one = pastRuns(objects, 'p/', { limit: 30, known: none }, async () => new Set([key(39)]));
    await jest.advanceTimersByTimeAsync(3_000);
    expect(await one).toEqual({ runs: [], looked: 0 });
  } finally {
    jest.useRealTimers();
  }
});

test('of a run that has ended twice the newest end counts, and what is no such object is passed over', async () => {
  const objects = store(ended('a', 1), ended('a', 1, { endedAt: at(9), outcome: 'failed' }));
  objects
    .set('p/past/notes.txt', 'x')
    .set(pastKey('p/', 0, key(7), 'bad'), '{')
    .set(pastKey('p/', 1, key(8), 'worse'), '[]');
  // Anybody's object, which names a run that is not its own.
  objects.set(pastKey('p/', 2, key(9), 'liar'), JSON.stringify(pastEntry(ended('a', 1))));
  const { runs: listed } = await pastRuns(objects, 'p/', { limit: 10, known: none });
  expect(listed.map(({ run, outcome }) => [run, outcome])).toEqual([['a', 'failed']]);
});

test.each([
  ['digits-7k2f', 'digits-7k2f'],
  ['digits-9', 'digits-9abc'],
  ['digits', 'digits-9abc'],
  ['nightly-2026-11-27T03:00:00Z', 'nightly-2026-11-27T03:00:00Z'],
  ['Übung / 1', 'Übung / 1'],
])('%s is found by what it left', async (asked, run) => {
  const runs = ['digits-7k2f', 'digits-9abc', 'nightly-2026-11-27T03:00:00Z', 'Übung / 1', 'x'.repeat(900)];
  const found = await findPast(store(...runs.map((id, n) => ended(id, n))), 'p/', asked);
  expect(found).toEqual({ workflowId: run, runId: '', runKey: key(runs.indexOf(run)), past: true });
});

test('a run whose id does not begin with its name is found by it: the newest, and no other way is tried before', async () => {
  const runs = [ended('foo', 1, { name: 'bar' }), ended('fee', 2, { name: 'bar' }), ended('digits-7k2f', 3)];
  expect(await findPast(store(...runs), 'p/', 'bar')).toMatchObject({ workflowId: 'fee', runKey: key(2), past: true });
  const objects = store(...runs);
  await findPast(objects, 'p/', 'digits');
  await expect(findPast(objects, 'p/', 'No name')).rejects.toMatchObject({ code: 'not-found' });
  expect(objects.gets).toHaveLength(1);
  await expect(findPast(store(...many(501)), 'p/', 'bar')).rejects.toMatchObject({
    code: 'not-found',
    message: expect.stringContaining('the newest 500 were looked at'),
  });
});

test('what nobody left is not found, and what fits several is asked back', async () => {
  const objects = store(ended('ab-x', 1), ended('ac-y', 2));
  await expect(findPast(objects, 'p/', 'zz')).rejects.toMatchObject({ code: 'not-found' });
  await expect(findPast(objects, 'p/', 'a')).rejects.toMatchObject({ code: 'ambiguous' });
});

test('keys sort by age, newest first, and are no longer than S3 takes', () => {
  const [older, newer] = [Date.parse(at(1)), Date.parse(at(2))];
  expect(pastKey('', newer, key(1), 'a') < pastKey('', older, key(1), 'a')).toBe(true);
  expect(readPastKey('p/', pastKey('p/', newer, key(1), 'a/b'))).toMatchObject({ endedAt: newer, id: idPart('a/b') });
  expect(pastKey('p'.repeat(200), newer, key(1), '\ud800é'.repeat(500)).length).toBeLessThan(1024);
  expect(readPastEntry({ ...pastEntry(ended('a', 1)), costUsd: '1', step: -1, outcome: 'x' })).toMatchObject({
    costUsd: null,
    step: null,
    outcome: null,
  });
});

test('an outcome is asked for as the list shows it: by the run’s own word, else by how Temporal closed it', () => {
  const query = listQuery({ outcomes: ['failed', 'no-capacity'] });
  expect(query).toContain(
    ' AND ExecutionStatus != "Running" AND ((TrainctlOutcome = "failed" OR (TrainctlOutcome IS NULL AND (ExecutionStatus = "Failed"))) OR TrainctlOutcome = "no-capacity")',
  );
});

const open = (n: number, costUsd: number | null = null): RunListEntry => ({
  ...pastEntry(ended(`r-${n}`, n)),
  phase: 'training',
  outcome: null,
  endedAt: null,
  attemptCount: 1,
  costUsd,
});

test('an open run costs what it says itself; one that does not answer at least what has ended', async () => {
  const launched = attempt(1, { launchedAt: at(0) });
  const ask = async (run: string): Promise<RunStatus | undefined> => {
    if (run === 'r-1') return { ...view({ attempts: [launched] }), runKey: key(1) };
    if (run === 'r-2') throw new Error('no worker');
    // The execution that has the id now is another run.
    return { ...view({ attempts: [launched] }), runKey: key(99) };
  };
  const done = pastEntry(ended('r-4', 4));
  const [one, two, three, four] = await withCosts([open(1), open(2, 0.5), open(3), done], ask, () => NOW);
  expect(one?.costUsd).toBeCloseTo(0.36 / 60, 6);
  expect(one).not.toHaveProperty('leastUsd');
  expect([two?.costUsd, two?.leastUsd, three?.costUsd, three?.leastUsd]).toEqual([0.5, true, 0, true]);
  expect(four).toBe(done);
});
