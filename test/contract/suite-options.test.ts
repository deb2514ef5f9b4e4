import fc from 'fast-check';
import {
  checkSuiteOptions,
  isModest,
  readScenarioArgs,
  readScenarioProgress,
  readScenarioResult,
  readStepNews,
  suiteFaultWords,
} from '../../contract';

const KNOWN = ['training-workflow', 'code-sync', 'checkpoint'];
const read = (value: unknown) => checkSuiteOptions(value, KNOWN);
const faults = (value: unknown): Record<string, string> =>
  Object.fromEntries(read(value).faults.map(({ path, message }) => [path, message]));

it.each([undefined, null, {}, { only: null, maxUsd: null }])('%j is all scenarios, with the defaults', (value) =>
  expect(read(value)).toEqual({
    options: { only: KNOWN, maxUsd: 3, parallel: 2, notify: 'failure', pauseAfter: 3 },
    faults: [],
  }),
);

it('takes what is said, in the order of the scenarios', () => {
  const said = { only: ['checkpoint', 'code-sync'], maxUsd: 0.001, parallel: 1, notify: 'always', pauseAfter: 1 };
  expect(read(said)).toEqual({ options: { ...said, only: ['code-sync', 'checkpoint'] }, faults: [] });
  expect(read({ only: 'code-sync' }).options.only).toEqual(['code-sync']);
});

it('names every fault at once', () => {
  expect(
    faults({
      only: ['codesync', 7, 'code-sync'],
      maxUsd: '3',
      parallel: 1.5,
      notify: 'sometimes',
      pauseAfter: 0,
      max_usd: 3,
    }),
  ).toEqual({
    'only[0]': '"codesync" is no scenario: did you mean code-sync?',
    'only[1]': '7 is no scenario: there are training-workflow, code-sync, checkpoint',
    maxUsd: '"3" is no amount of dollars above 0, and of at most 1000',
    parallel: '1.5 is no whole number from 1 to 20',
    notify: '"sometimes" is none of failure, always, never',
    pauseAfter: '0 is no whole number from 1 to 100',
    max_usd: expect.stringContaining('did you mean "maxUsd"?'),
  });
});

it.each([7, 'code-sync', [], true, Number.NaN])('%j is no set of options', (value) =>
  expect(faults(value)['']).toContain('options are an object such as'),
);

it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, 1e9])('%j dollars are none', (maxUsd) =>
  expect(faults({ maxUsd })).toHaveProperty('maxUsd'),
);

it('says them in one line', () => {
  expect(suiteFaultWords(read({ only: [] }).faults)).toBe(
    "the suite's options have a fault: only: names no scenario: leave it out for all of them",
  );
  expect(suiteFaultWords(read({ a: 1, b: 2 }).faults)).toContain('2 faults: a: is not a known key');
});

it('whatever somebody types is read, or named, and stays small', () => {
  const names = ['only', 'maxUsd', 'parallel', 'notify', 'steps', 'scenario', 'name', 'outcome', 'suite', 'plan'];
  const object = fc.dictionary(fc.oneof(fc.constantFrom(...names), fc.string()), fc.jsonValue());
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), object), (value) => {
      const { options, faults } = read(value);
      expect(options.maxUsd).toBeGreaterThan(0);
      expect(isModest(faults, 64 * 1024)).toBe(true);
      if (faults.length === 0) expect(options.only.every((name) => KNOWN.includes(name))).toBe(true);
      for (const reader of [readScenarioArgs, readScenarioProgress, readScenarioResult, readStepNews])
        expect(() => reader(value)).not.toThrow();
    }),
    { numRuns: 300 },
  );
  expect(faults({ only: Array.from({ length: 1000 }, (_, i) => `x${i}`) }).only).toContain('names 1000 scenarios');
});
