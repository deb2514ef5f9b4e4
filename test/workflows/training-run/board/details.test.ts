import type { RunStatus } from '../../../../contract';
import { details } from '../../../../workflows/training-run/board/details';
import { placementOf } from '../../../support/fake-world';

const status: RunStatus = {
  run: 'digits-1',
  runKey: 'abc',
  name: 'digits',
  project: 'demo',
  installation: 'test',
  cloud: 'local',
  region: 'us-east-1',
  bucket: 'bucket',
  prefix: 'p/',
  phase: 'training',
  startedAt: '2026-11-23T12:00:00Z',
  deadlineAt: '2026-11-23T13:00:00Z',
  maxCostUsd: 5,
  costUsd: 0.5,
  onDemandUsd: 1.5,
  attemptCount: 1,
  interruptions: 1,
  failures: 0,
  attempts: [{ number: 1, placement: placementOf(), instanceId: 'i-1', tries: [], stages: [], costUsd: 0.5 }],
  warnings: [{ at: '12:30', message: '80 % of the time is over' }],
};

it('says what the run does, costs, and needs', () => {
  expect(details(status)).toBe(
    [
      '### training',
      '',
      '- cost $0.5000 of at most $5.00',
      '- until 2026-11-23T13:00:00Z',
      '- interruptions: 1',
      '- files: `s3://bucket/p/runs/abc/`',
      '',
      '> **12:30** 80 % of the time is over',
      '',
      '| attempt | where | instance | now | came to |',
      '| --- | --- | --- | --- | --- |',
      '| 1 | g5.xlarge us-east-1a spot | i-1 |  |  |',
    ].join('\n'),
  );
});

it('says when the training is expected to end, and what was odd about its metrics', () => {
  const odd = { name: 'loss', value: 'NaN' as const, times: 9, spells: 1, firstLine: 4, firstStep: 4, lastStep: 12 };
  const page = details({
    ...status,
    etaAt: '2026-11-23T12:50:00Z',
    notFinite: [{ ...odd, sinceStep: 4, ongoing: true }],
    unreadableMetrics: { lines: 1, firstLine: 3, why: 'it is JSON, but no object' },
  });
  expect(page).toContain('- training expected to end at 2026-11-23T12:50:00Z');
  expect(page).toContain('> loss NaN since step 4');
  expect(page).toContain('> a line of metrics could not be read, it is line 3: it is JSON, but no object');
});

it('keeps foreign text from breaking the page', () => {
  const [first] = status.attempts;
  if (!first) throw new Error('no attempt');
  const hostile = details({
    ...status,
    outcome: 'failed',
    reason: 'exited 1\n```\n# not a headline',
    attempts: [{ ...first, ended: 'failed', reason: 'a | b\n<script>' }],
  });
  expect(hostile).toContain("'''\n# not a headline\n```");
  expect(hostile).toContain('a \\| b \\<script\\>');
});

it('counts attempts that it does not show', () => {
  const many = Array.from({ length: 9 }, (_, i) => ({ number: i + 1, tries: [], stages: [], costUsd: 0 }));
  const page = details({ ...status, attempts: many });
  expect(page).toContain('| 1–3 |');
  expect(page.match(/^\| \d \|/gm)).toHaveLength(6);
});

it('commands for a held run can be copied, whatever its id is', () => {
  const held = (run: string): string => details({ ...status, run, heldUntil: '2026-11-23T13:00:00Z' });
  expect(held('digits-1')).toContain('`trainctl ssh digits-1`, then `trainctl release digits-1`');
  expect(held('my `run`\n')).toContain("`` trainctl ssh 'my `run`\\u{a}' ``, then");
});
