import { inOrder } from '../../../../client/cli/shared/run-order';
import type { RunListEntry } from '../../../../contract';
import { at } from '../../support/status-fixture';

const run = (id: string, started: number, ended?: number): RunListEntry =>
  ({ run: id, startedAt: at(started), endedAt: ended === undefined ? null : at(ended) }) as RunListEntry;

test('open runs come first, the newest start first, then those that have ended, the newest end first', () => {
  const runs = [run('long', 1, 9), run('old', 0), run('short', 5, 6), run('young', 8)];
  const order = ['young', 'old', 'long', 'short'];
  expect(inOrder(runs).map((one) => one.run)).toEqual(order);
  expect(inOrder(runs.reverse()).map((one) => one.run)).toEqual(order);
});

test('runs of one moment are in the same order each time', () => {
  const runs = [run('b', 1, 2), run('a', 1, 2), run('c', 0, 2)];
  for (const given of [runs, [...runs].reverse()])
    expect(inOrder(given).map((one) => one.run)).toEqual(['a', 'b', 'c']);
});
