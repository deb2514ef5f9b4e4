import { founderOf } from '../../../activities/checkpoints/retention';

test('attempts that went on from each other are of one lineage, whatever lies between', () => {
  const lineage = {
    resumed: [
      [2, 1],
      [4, 2],
      [6, 5],
      [7, 4],
    ] as [number, number][],
    failed: [],
    fruitless: [],
  };
  expect([1, 2, 3, 4, 5, 6, 7].map((attempt) => founderOf(attempt, lineage))).toEqual([1, 1, 3, 1, 5, 5, 1]);
});

test('a lineage that would lead in a circle or forwards ends there', () => {
  const lineage = {
    resumed: [
      [2, 3],
      [3, 2],
    ] as [number, number][],
    failed: [],
    fruitless: [],
  };
  expect([founderOf(2, lineage), founderOf(3, lineage)]).toEqual([2, 2]);
});
