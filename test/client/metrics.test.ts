import { type MetricsRow, RunMetrics, type RunView, withoutRepeatedSteps } from '../../client';
import type { LoggedRun } from '../../client/logs/run-log';

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

describe('RunMetrics', () => {
  /** A run of one attempt whose metrics come in such pieces. */
  const run = (...pieces: string[]): LoggedRun =>
    ({
      attemptsOf: async () => 1,
      metrics: () => ({
        async *readAvailable() {
          for (const piece of pieces.splice(0)) yield Buffer.from(piece);
        },
      }),
    }) as unknown as LoggedRun;
  const view = { attempts: [], endedAt: '2026-11-30T12:00:00Z' } as unknown as RunView;

  it('keeps what is no finite number as its name, flattens, and counts what it cannot read', async () => {
    const metrics = new RunMetrics(run('{"step": 1, "loss": NaN, "eval": {"lo', 'ss": 1}}\n\nno\n[1]\n{"step": 2'));
    const rows: unknown[] = [];
    for await (const row of metrics.readAvailable(view)) rows.push({ attempt: row.attempt, ...row.values });
    expect(rows).toEqual([{ attempt: 1, step: 1, loss: 'NaN', 'eval/loss': 1 }]);
    expect([...metrics.rest()]).toEqual([]);
    expect(metrics.unreadable.get(1)).toMatchObject({ lines: 3, firstLine: 3 });
  });
});
