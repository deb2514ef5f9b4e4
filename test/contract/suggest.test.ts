import { editDistance, nearest } from '../../contract';

test.each([
  ['', '', 0],
  ['abc', 'abc', 0],
  ['abc', 'abd', 1],
  ['abc', 'acb', 1],
  ['abc', '', 3],
  ['kitten', 'sitting', 3],
])('%p and %p are %p edits apart', (a, b, edits) => {
  expect(editDistance(a, b)).toBe(edits);
  expect(editDistance(b, a)).toBe(edits);
});

test.each([
  ['maxDuraton', 'maxDuration'],
  ['max_duration', 'maxDuration'],
  ['MAX-COST-USD', 'maxCostUsd'],
  ['maxCots', 'maxCostUsd'],
  ['zebra', undefined],
  ['', undefined],
  ['m', undefined],
  ['maxDuration'.repeat(1000), undefined],
])('%p means %p', (typed, meant) => expect(nearest(typed, ['maxDuration', 'maxCostUsd', 'lease'])).toBe(meant));
