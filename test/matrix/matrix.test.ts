import { ACTIVITIES } from './activities';
import { allCells, sample } from './cells';
import { sentence, summaryOf, table } from './report';
import { runMatrix } from './run-matrix';

/** Another part of the matrix each day, every activity in each; TRAINCTL_MATRIX_SEED repeats a day's. */
const SEED = Number(process.env.TRAINCTL_MATRIX_SEED ?? Math.floor(Date.now() / 86_400_000));
const SIZE = 24;

describe('the cells', () => {
  const cells = allCells();

  it('are every activity by every fault by every ending', () => {
    const readers = Object.values(ACTIVITIES).filter((facts) => facts.reads).length;
    const writers = Object.keys(ACTIVITIES).length - readers;
    expect(cells).toHaveLength(writers * 10 + readers * 4);
    expect(new Set(cells.map(({ id }) => id)).size).toBe(cells.length);
  });

  it('are sampled by the seed, no activity twice before each is there once', () => {
    const chosen = sample(cells, 16, 7);
    expect(new Set(chosen.map(({ activity }) => activity)).size).toBe(16);
    expect(sample(cells, 16, 7)).toEqual(chosen);
    expect(sample(cells, 16, 8)).not.toEqual(chosen);
    expect(sample(cells, 10_000, 1)).toEqual(cells);
  });
});

it(`ends every run as promised and leaves nothing (sample of seed ${SEED})`, async () => {
  const cells = sample(allCells(), SIZE, SEED);
  const began = Date.now();
  const results = await runMatrix(cells);
  const summary = summaryOf(results, (Date.now() - began) / 1000);
  process.stderr.write(`fault matrix, seed ${SEED}: ${sentence(summary)}\n`);
  if (summary.passed < cells.length) throw new Error(table(results.filter((r) => r.problems.length > 0)));
  expect(summary).toMatchObject({ cells: SIZE, leftovers: 0 });
}, 300_000);
