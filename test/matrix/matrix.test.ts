import { createActivities, createNotifyActivities, createReconcileActivities } from '../../activities';
import { TASK_QUEUES } from '../../contract';
import { mainWorker, superviseWorker, type WorkerParts } from '../../worker/options';
import { createSuiteActivities } from '../../worker/suite';
import { ACTIVITIES } from './plan/activities';
import { allCells, sample } from './plan/cells';
import { sentence, summaryOf, table } from './report';
import { runMatrix } from './run-matrix';

/**
 * Another part of the matrix each day, every activity within eight; TRAINCTL_MATRIX_SEED repeats a day's. All of it is
 * `npm run test:matrix`, in CI at each commit.
 */
const SEED = Number(process.env.TRAINCTL_MATRIX_SEED ?? Math.floor(Date.now() / 86_400_000));
const ALL = Object.keys(ACTIVITIES).length;

/** Days that share a sample, of which each has its part. */
const DAYS = 8;
const today = (seed: number) =>
  sample(allCells(), ALL, Math.floor(seed / DAYS)).filter((_cell, index) => index % DAYS === seed % DAYS);

/** What workers register, whatever it is that they work with: nothing is called. */
function registered(): string[] {
  const nothing = new Proxy({}, { get: (): unknown => nothing }) as never;
  const parts: WorkerParts = {
    connection: nothing,
    namespace: 'default',
    queues: TASK_QUEUES,
    activities: createActivities(nothing),
    reconcile: createReconcileActivities(nothing, nothing),
    notify: createNotifyActivities(nothing),
    suite: createSuiteActivities(nothing),
    workflows: {},
  };
  return [mainWorker(parts), superviseWorker(parts)].flatMap(({ activities = {} }) => Object.keys(activities));
}

describe('the cells', () => {
  const cells = allCells();

  it('are of every activity that the workers register', () => {
    expect([...new Set(cells.map(({ activity }) => activity))].sort()).toEqual(registered().sort());
  });

  it('are every activity by every fault by every ending', () => {
    const readers = Object.values(ACTIVITIES).filter((facts) => facts.reads).length;
    const writers = Object.keys(ACTIVITIES).length - readers;
    expect(cells).toHaveLength(writers * 10 + readers * 4);
    expect(new Set(cells.map(({ id }) => id)).size).toBe(cells.length);
  });

  it('are sampled by the seed, no activity twice before each is there once', () => {
    const chosen = sample(cells, ALL, 7);
    expect(new Set(chosen.map(({ activity }) => activity)).size).toBe(ALL);
    expect(sample(cells, ALL, 7)).toEqual(chosen);
    expect(sample(cells, ALL, 8)).not.toEqual(chosen);
    expect(sample(cells, 10_000, 1)).toEqual(cells);
  });

  it('are of every activity within eight days', () => {
    expect(new Set([8, 9, 10, 11, 12, 13, 14, 15].flatMap(today).map(({ activity }) => activity)).size).toBe(ALL);
  });
});

it(`ends every run as promised and leaves nothing (sample of seed ${SEED})`, async () => {
  const cells = today(SEED);
  const began = Date.now();
  const results = await runMatrix(cells);
  const summary = summaryOf(results, (Date.now() - began) / 1000);
  process.stderr.write(`fault matrix, seed ${SEED}: ${sentence(summary)}\n`);
  if (summary.passed < cells.length) throw new Error(table(results.filter((r) => r.problems.length > 0)));
  expect(summary).toMatchObject({ cells: cells.length, leftovers: 0 });
}, 300_000);
