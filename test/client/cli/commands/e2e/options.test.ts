import { readSuiteFlags, refuse } from '../../../../../client/cli/commands/e2e/options';

const KNOWN = ['training-workflow', 'code-sync'];

it('what was said goes to the suite; all scenarios are those of its worker', () => {
  expect(readSuiteFlags([], {}, KNOWN)).toMatchObject({ told: { maxUsd: 3, parallel: 2 }, faults: [] });
  expect(readSuiteFlags([], {}, KNOWN).told).not.toHaveProperty('only');
  const flags = { maxUsd: '$0.001', parallel: '4', notify: 'always', pauseAfter: '1' };
  expect(readSuiteFlags(['code-sync', 'code-sync'], flags, KNOWN).told).toEqual({
    only: ['code-sync'],
    maxUsd: 0.001,
    parallel: 4,
    notify: 'always',
    pauseAfter: 1,
  });
});

it('every fault is named at once, by its option', () => {
  const { faults } = readSuiteFlags(['codesync'], { maxUsd: 'much', parallel: '0', notify: 'no' }, KNOWN);
  expect(() => refuse(faults, 'look')).toThrow(
    /"codesync" is no scenario: did you mean code-sync\?.*\n.*--max-usd: "much".*\n.*--parallel: 0 is no.*\n.*--notify: "no"/,
  );
  expect(() => refuse(readSuiteFlags(['x'], {}, KNOWN, '--only').faults, 'look')).toThrow(
    /^--only: "x" is no scenario/,
  );
  expect(() => refuse([], 'look')).not.toThrow();
});
