import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
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

const now = Date.parse('2026-11-23T12:40:00Z');
const page = (changed: Partial<RunStatus> = {}, beside = {}): string =>
  details({ ...status, ...changed }, { now, ...beside });

it('says what the run does, costs, and needs', () => {
  expect(page({}, { command: ['python3', 'train.py', '--config', 'a b'], hourlyUsd: 1.006, live: true })).toBe(
    [
      '### training',
      '',
      '*(step, metrics and log: not read here)*',
      '',
      '```',
      "python3 train.py --config 'a b'",
      '```',
      '',
      '- cost: &#36;0.5000 of at most &#36;5.00 at 12:40:00, and &#36;1.01 an hour since then',
      '- until 2026-11-23T13:00:00Z',
      '- interruptions: 1',
      '- files: `s3://bucket/p/runs/abc/`',
      '',
      '> **12:30** 80 % of the time is over',
      '',
      '| attempt&#8194; | where&#8194; | instance&#8194; | now&#8194; | came to&#8194; |',
      '| --- | --- | --- | --- | --- |',
      '| 1&#8194; | g5.xlarge us-east-1a spot&#8194; | i-1&#8194; | &#8194; | &#8194; |',
    ].join('\n'),
  );
});

it('says when the training is expected to end, and what was odd about its metrics', () => {
  const odd = { name: 'loss', value: 'NaN' as const, times: 9, spells: 1, firstLine: 4, firstStep: 4, lastStep: 12 };
  const shown = page({
    etaAt: '2026-11-23T12:50:00Z',
    notFinite: [{ ...odd, sinceStep: 4, ongoing: true }],
    unreadableMetrics: { lines: 1, firstLine: 3, why: 'it is JSON, but no object' },
  });
  expect(shown).toContain('- training expected to end at 2026-11-23T12:50:00Z');
  expect(shown).toContain('> loss NaN since step 4');
  expect(shown).toContain('> a line of metrics could not be read, it is line 3: it is JSON, but no object');
});

it('keeps foreign text from breaking the page', () => {
  const [first] = status.attempts;
  if (!first) throw new Error('no attempt');
  const hostile = page({
    outcome: 'failed',
    reason: 'exited 1\n```\n# not a headline {workflowId}',
    attempts: [{ ...first, ended: 'failed', reason: 'a | b\n<script>' }],
  });
  expect(hostile).toContain('````\nexited 1\n```\n# not a headline {\u2060workflowId}\n````');
  expect(hostile).toContain('a &#124; b &#60;script&#62;');
});

it('counts attempts that it does not show', () => {
  const many = Array.from({ length: 9 }, (_, i) => ({ number: i + 1, tries: [], stages: [], costUsd: 0 }));
  const shown = page({ attempts: many });
  expect(shown).toContain('| 1–3&#8194; |');
  expect(shown.match(/^\| \d&#8194; \|/gm)).toHaveLength(6);
});

it('commands for a held run can be copied, whatever its id is', () => {
  const held = (run: string): string => page({ run, heldUntil: '2026-11-23T13:00:00Z' });
  expect(held('digits-1')).toContain('`trainctl ssh digits-1`, then `trainctl release digits-1`');
  expect(held('my `run`\n')).toContain("`` trainctl ssh 'my `run`\\u{a}' ``, then");
});

it('is short enough for the address that the UI makes of it, whatever comes in', () => {
  const long = '$|<"\u{1f600}'.repeat(10_000);
  const attempt = { tries: [], stages: [], costUsd: 0, ended: 'failed' as const, reason: long, disconnectedWhy: long };
  const shown = page({
    reason: long,
    outcome: 'failed',
    cleanupPending: long,
    warnings: Array.from({ length: 5 }, () => ({ at: long, message: long })),
    attempts: Array.from({ length: 40 }, (_, i) => ({ number: i, disconnectedSince: long, ...attempt })),
  });
  // Go's own limit for the head of a request is 1 MiB; a half of a character makes the UI fail.
  expect(encodeURIComponent(shown).length).toBeLessThan(64 * 1024);
});

/** The arguments of each call of `name` in `source`. */
function callsOf(name: string, source: string): string[][] {
  return [...source.matchAll(new RegExp(`\\b${name}(?:<[^(]*>)?\\(`, 'g'))].map(({ index, 0: { length } }) => {
    const args = [''];
    for (let at = index + length, depth = 0; depth >= 0; at += 1) {
      const char = source[at] ?? ')';
      if ('([{'.includes(char)) depth += 1;
      if (')]}'.includes(char)) depth -= 1;
      if (char === ',' && depth === 0) args.push('');
      else args.push(`${args.pop()}${char}`);
    }
    return args.filter((arg) => /\w/.test(arg));
  });
}

it('each timer, activity and child workflow has a line for the Temporal UI', () => {
  const folder = path.resolve(__dirname, '../../../../workflows');
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  const all = names.map((name) => readFileSync(path.join(folder, name), 'utf8'));
  const calls = (name: string): string[][] => all.flatMap((source) => callsOf(name, source));
  const timers = [...calls('sleep'), ...calls('condition').filter((args) => args.length > 1)];
  const rest = [...calls('proxyActivities'), ...calls('startChild')].filter((args) => args.length > 0);
  expect([timers.length, rest.length].every((count) => count > 2)).toBe(true);
  expect([...timers, ...rest].map((args) => args.join()).filter((args) => !/summary/i.test(args))).toEqual([]);
});
