import { firstFailures, jsonReport, seconds, suiteText, whySkipped } from '../../../e2e/reports';
import { FAILING, PASSING } from './results';

test('the whole suite in a terminal: each step, what was expected and seen, and how it ended last', () => {
  const text = suiteText(FAILING);
  expect(text).toContain('✖ training-workflow (1 min 36 s, $0.0003)');
  expect(text).toContain('      expected:\n        step 12\n        step 13\n      seen:\n');
  expect(text.split('\n').at(-1)).toBe('failed: 1 failed, 1 passed, 1 skipped · $0.0015');
  expect(suiteText(PASSING).split('\n').at(-1)).toBe('passed: 1 passed · $0.0012');
});

test('what a message says: the first failed step of each scenario', () => {
  expect(firstFailures(FAILING)).toEqual([
    expect.stringMatching(/^training-workflow: its log has every line once, to the last: the log: not as expected/),
  ]);
  expect(firstFailures(PASSING)).toEqual([]);
});

test('why a scenario was skipped', () => {
  expect(FAILING.scenarios.map(whySkipped)).toEqual([
    undefined,
    undefined,
    'the role for FIS is missing: create it as docs/run-on-aws.md says',
  ]);
});

test('seconds are never sixty', () => {
  expect([0.04, 59.94, 59.96, 119.7, 3600].map(seconds)).toEqual([
    '0.0 s',
    '59.9 s',
    '1 min 0 s',
    '2 min 0 s',
    '60 min 0 s',
  ]);
});

test('JSON is the result itself', () => expect(JSON.parse(jsonReport(FAILING))).toEqual(FAILING));
