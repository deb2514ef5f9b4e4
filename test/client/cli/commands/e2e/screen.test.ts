import { Writable } from 'node:stream';
import { tellResult } from '../../../../../client/cli/commands/e2e/ending';
import { SuiteScreen } from '../../../../../client/cli/commands/e2e/screen';
import { Output } from '../../../../../client/cli/terminal/output';
import type { ScenarioResult, ScenarioStatus, SuiteResult, SuiteStatus } from '../../../../../contract';
import { SETTINGS } from '../../../support/settings-fixture';
import { output } from '../../support/screen';

const NOW = new Date('2026-11-27T03:00:10Z');

function written(json: boolean) {
  let text = '';
  const stream = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk);
      done();
    },
  });
  const out = new Output({ json, stdout: stream, stderr: stream, env: { NO_COLOR: '1' } });
  return { out, lines: () => text.trimEnd().split('\n') };
}

const result = (name: string, outcome: ScenarioResult['outcome']): ScenarioResult => ({
  name,
  outcome,
  steps: [
    { name: 'a', outcome: 'passed', seconds: 1 },
    ...(outcome === 'passed'
      ? []
      : [{ name: 'b', outcome, seconds: 2, error: { message: 'no \u001b[31mroom', expected: 'two\nlines' } }]),
  ],
  seconds: 41,
  costUsd: 0.001,
  leftovers: [],
});

const entry = (name: string, more: Partial<ScenarioStatus>): ScenarioStatus => ({
  name,
  shows: `what ${name} shows`,
  creates: [],
  minutes: 1,
  estimateUsd: 0.1,
  phase: 'waiting',
  steps: [],
  ...more,
});

const status = (scenarios: ScenarioStatus[]): SuiteStatus => ({
  suite: 'nightly',
  phase: 'running',
  startedAt: NOW.toISOString(),
  estimateUsd: 1,
  costUsd: 0,
  scenarios,
  leftovers: [],
  warnings: [],
});

const ALL = [
  entry('one', { phase: 'ended', result: result('one', 'passed') }),
  entry('training-workflow', { phase: 'ended', result: result('training-workflow', 'failed') }),
  entry('three', { phase: 'not-started', result: result('three', 'skipped') }),
  entry('four', { phase: 'running' }),
];

it('in a pipe each scenario has a line when it begins and when it has ended, once', () => {
  const { out, lines } = written(false);
  const screen = new SuiteScreen(out, () => NOW);
  screen.show(status(ALL));
  screen.show(status(ALL));
  screen.end();
  expect(lines().map((line) => line.replace(/ {2,}/g, '  ').trim())).toEqual([
    '✔ one  1 step, $0.0010  41 s',
    '✘ training-workflow  "b": no room  41 s',
    '– three  no room  41 s',
    '● four  what four shows',
  ]);
});

it('on a terminal what runs is a table that changes, below what has ended', () => {
  const { out, stdout } = output({ columns: 100, env: { NO_COLOR: '1' } });
  const screen = new SuiteScreen(out, () => NOW);
  const step = { name: 'a', outcome: 'passed', seconds: 1 } as const;
  const startedAt = new Date(NOW.getTime() - 7_000).toISOString();
  const four = entry('four', { phase: 'running', startedAt, steps: [step], step: 'a line of its log' });
  screen.show({ ...status([...ALL.slice(0, 3), four, entry('five', {})]), costUsd: 0.002 });
  const shown = stdout.text;
  expect(shown).toContain('✔ one');
  expect(shown).toMatch(/[⠁-⣿] four +1 done · a line of its log +7\.0 s/);
  expect(shown).toContain('1 more wait · $0.0020 so far');
  screen.show(status([{ ...four, phase: 'undoing' }]));
  expect(stdout.text.slice(shown.length)).toMatch(/four +takes away what it has made/);
  screen.end();
  // Nothing of it stays but what has ended, and each once.
  expect(stdout.text.match(/✔ one/g)).toHaveLength(1);
});

it('with --json they are events, one a line', () => {
  const { out, lines } = written(true);
  new SuiteScreen(out, () => NOW).show(status(ALL));
  expect(lines().map((line) => JSON.parse(line))).toEqual([
    { event: 'scenario-ended', scenario: 'one', outcome: 'passed', seconds: 41, costUsd: 0.001 },
    { event: 'scenario-ended', scenario: 'training-workflow', outcome: 'failed', seconds: 41, costUsd: 0.001 },
    { event: 'scenario-ended', scenario: 'three', outcome: 'skipped', seconds: 41, costUsd: 0.001 },
    { event: 'scenario-started', scenario: 'four' },
  ]);
});

describe('what is waited for', () => {
  const at = NOW.toISOString();
  const waiting = (): SuiteStatus => ({
    ...status([entry('one', { phase: 'running', waits: { what: 'its end', why: 'EC2\n\u001b[31mis away', at } })]),
    waits: { what: 'the report is stored', why: 'S3 is away', tries: 3, at },
  });

  it('is said once for each reason', () => {
    const { out, lines } = written(false);
    const screen = new SuiteScreen(out, () => NOW);
    screen.show(waiting());
    screen.show({ ...waiting(), waits: { what: 'the report is stored', why: 'S3 is away', tries: 5, at } });
    screen.end();
    expect(lines().map((line) => line.trim())).toEqual([
      expect.stringContaining('what one shows'),
      'the suite waits: the report is stored (3 tries so far): S3 is away',
      'one waits: its end: EC2 is away',
    ]);
  });

  it('is an event with --json', () => {
    const { out, lines } = written(true);
    new SuiteScreen(out, () => NOW).show(waiting());
    expect(lines().map((line) => JSON.parse(line))).toContainEqual({
      event: 'waiting',
      what: 'the report is stored',
      why: 'S3 is away',
      tries: 3,
    });
  });
});

it('the end names scenario, step, what was expected, and what is left', () => {
  const { out, lines } = written(false);
  const ended: SuiteResult = {
    outcome: 'failed',
    scenarios: [result('one', 'passed'), result('two', 'failed')],
    costUsd: 0.002,
    leftovers: ['instance i-1 (running)'],
    reason: 'two failed at "b"',
    suite: 'nightly',
  };
  tellResult({ out } as never, { settings: SETTINGS } as never, ended);
  const text = lines().join('\n');
  for (const part of [
    'two failed at "b"',
    'why: no room',
    'expected (2 lines):',
    '    lines',
    '1 passed, 1 failed, 0 skipped',
    'instance i-1 (running)',
  ])
    expect(text).toContain(part);
});
