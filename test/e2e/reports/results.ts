import { type ScenarioResult, type SuiteResult, UNDO_STEP } from '../../../contract';

const undone = { name: UNDO_STEP, outcome: 'passed', seconds: 2 } as const;

const passed: ScenarioResult = {
  name: 'code-sync',
  outcome: 'passed',
  steps: [{ name: 'the host has exactly the files that it should', outcome: 'passed', seconds: 71.25 }, undone],
  seconds: 73.3,
  costUsd: 0.0012,
  leftovers: [],
  runs: ['e2e-3fa9c1d2.code-sync.1'],
};

const skipped: ScenarioResult = {
  name: 'spot-interruption',
  outcome: 'skipped',
  steps: [
    {
      name: 'EC2 gives notice',
      outcome: 'skipped',
      seconds: 0,
      error: { message: 'the role for FIS is missing: create it as docs/run-on-aws.md says' },
    },
    undone,
  ],
  seconds: 2,
  costUsd: 0,
  leftovers: [],
};

/** What a host may say: markup, terminal codes, bytes that no XML holds, half a pair, the end of a CDATA section. */
export const HOSTILE = `</failure><script>alert(1)</script>]]> "quoted" 'too' & &amp; \u001b[31mred\u001b[0m \u0000\u0007\ud800 \ufffe 日本 🚂\r\n\tline`;

const failed: ScenarioResult = {
  name: 'training-workflow',
  outcome: 'failed',
  steps: [
    { name: 'creates a run, which launches an instance', outcome: 'passed', seconds: 41 },
    {
      name: 'its log has every line once, to the last',
      outcome: 'failed',
      seconds: 3.4,
      error: { message: `the log: not as expected ${HOSTILE}`, expected: 'step 12\nstep 13', seen: HOSTILE },
      evidence: [
        { name: 'end of the log of e2e-3fa9c1d2.training-workflow.1', text: HOSTILE },
        {
          name: 'history of e2e-3fa9c1d2.training-workflow.1',
          text: 'x',
          url: 'https://temporal.example.com/namespaces/default/workflows/e2e-3fa9c1d2.training-workflow.1/r?a=1&b="2"',
        },
        { name: 'a link that is none', text: 'text of it', url: 'javascript:alert(1)' },
      ],
    },
    {
      name: 'instance, disk and spot request are gone',
      outcome: 'skipped',
      seconds: 0,
      error: { message: '"its log has every line once, to the last" failed before it' },
    },
    {
      ...undone,
      outcome: 'failed',
      error: { message: 'left: instance i-1 (running)', expected: 'nothing', seen: 'i-1' },
    },
  ],
  seconds: 96,
  costUsd: 0.0003,
  leftovers: ['instance i-1 (running)'],
};

const about = {
  tag: 'e2e-3fa9c1d2',
  startedAt: '2026-11-30T03:00:00.123Z',
  endedAt: '2026-11-30T03:02:56.000Z',
  cloud: 'aws',
  region: 'eu-central-1',
  installation: 'default',
  estimateUsd: 0.0042,
} as const;

export const PASSING: SuiteResult = {
  ...about,
  outcome: 'passed',
  scenarios: [passed],
  costUsd: 0.0012,
  leftovers: [],
};

export const FAILING: SuiteResult = {
  ...about,
  outcome: 'failed',
  scenarios: [failed, passed, skipped],
  costUsd: 0.0015,
  leftovers: ['instance i-1 (running)'],
};

export const SPENT: SuiteResult = {
  outcome: 'over-budget',
  scenarios: [passed],
  costUsd: 0.0012,
  leftovers: [],
  reason: 'the next scenario is estimated at $0.0010, and $0.0002 of $0.0014 are left',
};
