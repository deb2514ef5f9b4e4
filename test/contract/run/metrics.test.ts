import { type NotFinite, notFiniteWords, unreadableWords } from '../../../contract';

const found: NotFinite = {
  name: 'loss',
  value: 'NaN',
  times: 8,
  spells: 1,
  firstLine: 4,
  firstStep: 4,
  lastStep: 11,
  sinceStep: 4,
  ongoing: true,
};

test.each<[string, Partial<NotFinite>]>([
  ['loss NaN since step 4', {}],
  ['loss NaN since step 9 (8 times from step 4 on)', { spells: 2, sinceStep: 9 }],
  ['loss NaN since line 4 of its metrics', { firstStep: null, sinceStep: null, lastStep: null }],
  ['loss was NaN at steps 4–11', { ongoing: false }],
  ['loss was NaN at step 4', { ongoing: false, times: 1, lastStep: 4 }],
  ['loss was NaN 8 times, at steps 4–11', { ongoing: false, spells: 3 }],
  ['loss was -Infinity at line 4 of its metrics', { ongoing: false, value: '-Infinity', firstStep: null }],
])('%s', (words, more) => expect(notFiniteWords({ ...found, ...more })).toBe(words));

test('lines that could not be read', () => {
  const why = 'it is JSON, but no object';
  expect(unreadableWords({ lines: 1, firstLine: 7, why })).toBe(
    `a line of metrics could not be read, it is line 7: ${why}`,
  );
  expect(unreadableWords({ lines: 3, firstLine: 7, why })).toBe(
    `3 lines of metrics could not be read, the first is line 7: ${why}`,
  );
});
