import { newestAttempt, runningCost } from '../../../client';
import { mergeLive } from '../../../client/view/run-view';
import type { Live } from '../../../contract';
import { at, attempt, NOW, PLACEMENT, view } from '../support/status-fixture';

const live = (more: Partial<Live> = {}): Live => ({
  at: at(59),
  attempt: 1,
  node: 0,
  phase: 'training',
  logBytes: 0,
  logUploaded: 0,
  ...more,
});

describe('mergeLive', () => {
  const status = view({ attempts: [attempt(1)], lastCheckpoint: { step: 10, attempt: 1, key: 'a/3' } });

  it('takes nothing of an instance that an execution before a reset had launched', () => {
    const own = view({ attempts: [{ ...attempt(1), instanceId: 'i-new' }] });
    expect(mergeLive(own, 'workflow', live({ step: 42, instance: 'i-old' }), NOW).live).toBeUndefined();
    expect(mergeLive(own, 'workflow', live({ step: 42, instance: 'i-new' }), NOW).step).toBe(42);
  });

  it('takes step, metrics and a newer checkpoint from the host', () => {
    const merged = mergeLive(
      status,
      'workflow',
      live({
        step: 42,
        metrics: { loss: 0.5 },
        checkpoint: { step: 40, number: 4, key: 'a/4', bytes: 7, at: at(50), suspect: 'w' },
      }),
      NOW,
    );
    expect(merged.step).toBe(42);
    expect(merged.lastMetrics).toEqual({ loss: 0.5 });
    expect(merged.lastCheckpoint).toEqual({
      step: 40,
      number: 4,
      attempt: 1,
      key: 'a/4',
      bytes: 7,
      at: at(50),
      suspect: 'w',
    });
  });

  it('takes the expected end and what was odd about the metrics from the host that trains now', () => {
    const notFinite = [{ name: 'loss', value: 'NaN' as const, times: 1, spells: 1, firstLine: 4, firstStep: 4 }].map(
      (found) => ({ ...found, lastStep: 4, sinceStep: 4, ongoing: true }),
    );
    const before = { ...status, notFinite, etaAt: at(500), steps: 20 };
    const own = mergeLive(before, 'workflow', live({ step: 2 }), NOW);
    expect([own.notFinite, own.etaAt, own.steps]).toEqual([undefined, undefined, 20]);
    const told = live({ step: 2, steps: 50, etaAt: at(90), notFinite, metrics: { loss: 'NaN', steps: 50 } });
    expect(mergeLive(status, 'workflow', told, NOW)).toMatchObject({ etaAt: at(90), steps: 50, notFinite });
    expect(mergeLive(status, 'workflow', { ...told, phase: 'uploading' }, NOW).etaAt).toBeUndefined();
    expect(mergeLive({ ...before, lastMetrics: { total_steps: 30 } }, 'summary', undefined, NOW).steps).toBe(30);
  });

  it('keeps the newer checkpoint of the two, which its key tells, not its step', () => {
    const merged = mergeLive(
      status,
      'workflow',
      live({ checkpoint: { step: 15, key: 'a/2', bytes: 1, at: at(50) } }),
      NOW,
    );
    expect(merged.lastCheckpoint?.step).toBe(10);
  });

  it('does not believe the host of an older attempt', () => {
    const merged = mergeLive(view({ attempts: [attempt(1), attempt(2)] }), 'workflow', live({ step: 999 }), NOW);
    expect(merged.step).toBeUndefined();
    expect(merged.live).toBeUndefined();
  });

  it('counts dollars while an instance runs, and not past the end', () => {
    const open = view({ attempts: [attempt(1, { launchedAt: at(0), costUsd: 0 })] });
    expect(mergeLive(open, 'workflow', undefined, NOW).costUsd).toBeCloseTo(0.36 / 60, 6);
    const ended = { ...open, endedAt: at(30), costUsd: 0.003 };
    expect(mergeLive(ended, 'summary', undefined, NOW).costUsd).toBe(0.003);
  });
});

it('sums attempts that ended and attempts that run', () => {
  const attempts = [
    attempt(1, { launchedAt: at(0), terminatedAt: at(10), costUsd: 0.5 }),
    attempt(2, { launchedAt: at(0), placement: { ...PLACEMENT, hourlyUsd: 60 } }),
    attempt(3, { costUsd: 0.25 }),
  ];
  expect(runningCost(attempts, NOW)).toBeCloseTo(0.5 + 1 + 0.25, 6);
});

it('knows the newest attempt although a long run leaves the first ones out', () => {
  expect(newestAttempt(view({ attemptCount: 40, attempts: [attempt(39), attempt(40)] }))).toBe(40);
});
