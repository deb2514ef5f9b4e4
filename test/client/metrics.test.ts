import { type MetricsRow, withoutRepeatedSteps } from '../../client';

const rows = (attempt: number, ...steps: number[]): MetricsRow[] =>
  steps.map((step) => ({ attempt, values: { step } }));
const shown = (all: MetricsRow[]): string =>
  withoutRepeatedSteps(all)
    .map((r) => `${r.attempt}:${r.values.step}`)
    .join(' ');

describe('withoutRepeatedSteps', () => {
  it('keeps one attempt as it is, repeated steps too', () => {
    expect(shown(rows(1, 1, 2, 2, 3))).toBe('1:1 1:2 1:2 1:3');
  });

  it('lets the later attempt have the steps that were done again', () => {
    expect(shown([...rows(1, 1, 2, 3, 4), ...rows(2, 3, 4, 5)])).toBe('1:1 1:2 2:3 2:4 2:5');
  });

  it('looks through an attempt that began before the one in between', () => {
    expect(shown([...rows(1, 1, 2, 3), ...rows(2, 3, 4), ...rows(3, 2, 3)])).toBe('1:1 3:2 3:3');
  });

  it('keeps rows without a step', () => {
    expect(withoutRepeatedSteps([{ attempt: 1, values: { note: 'x' } }, ...rows(2, 1)])).toHaveLength(2);
  });
});
