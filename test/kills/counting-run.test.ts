import { brokenAudit, brokenLog, expectedLog, valueAfter } from '../../e2e/support/counting-run';

describe('the log of an attempt', () => {
  const whole = expectedLog(0, 50);

  it('is whole', () => {
    expect(brokenLog(whole, 0, 50)).toEqual([]);
    expect(brokenLog(expectedLog(20, 50), 25, 50)).toEqual([]);
    expect(whole.trimEnd().endsWith(valueAfter(50))).toBe(true);
  });

  it('has lost bytes, or holds some twice, or begins too late, or ends too early', () => {
    expect(brokenLog(whole.slice(0, 100) + whole.slice(101), 0, 50)).toEqual([
      expect.stringContaining('from byte 100 on'),
    ]);
    expect(brokenLog(whole + whole.slice(-30), 0, undefined)).toHaveLength(1);
    expect(brokenLog(expectedLog(26, 50), 25, 50)).toEqual(['its log begins with step 27, and it resumed from 25']);
    expect(brokenLog('', 0, 50)).toHaveLength(1);
    expect(brokenLog(expectedLog(0, 49), 0, 50)).toEqual(['its log ends with step 49']);
  });
});

describe('what the command noted', () => {
  const notes = (attempt: number, from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, i) => ({ attempt, step: from + i }));

  it('is each step of an attempt once, attempt after attempt', () => {
    expect(brokenAudit([...notes(1, 0, 30), ...notes(2, 25, 50)])).toEqual([]);
  });

  it('tells of a second start, of a step that was left out, and of two that trained at once', () => {
    expect(brokenAudit([...notes(1, 0, 30), ...notes(1, 0, 50)])).toEqual(['attempt 1 did step 0 after step 30']);
    expect(brokenAudit([...notes(1, 0, 3), ...notes(1, 5, 6)])).toEqual(['attempt 1 did step 5 after step 3']);
    expect(brokenAudit([...notes(1, 0, 3), ...notes(2, 0, 1), ...notes(1, 4, 4)])).toEqual([
      'attempt 1 trained after attempt 2 had begun',
    ]);
  });
});
