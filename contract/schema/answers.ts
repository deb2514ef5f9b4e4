import { z } from 'zod';
import { CUTS } from '../run/cut';
import type { Notice } from '../run/messages';
import type { NotFinite, UnreadableLines } from '../run/metrics';
import { OUTCOMES } from '../run/outcomes';
import type { LaunchTry, Placement } from '../run/placement';
import {
  type AttemptStatus,
  type CheckpointRef,
  PHASES,
  type RunListEntry,
  type RunResult,
  type RunStatus,
  type StageStatus,
} from '../run/status';

/**
 * The shapes that `--json` prints, for their published JSON Schemas. They only grow: readers must let unknown keys pass, and
 * so do these. That they are the types of contract/run/status.ts, no more and no less, is checked at the foot by the compiler.
 */

const time = () => z.iso.datetime({ offset: true });
const usd = () => z.number().min(0);
const counted = () => z.int().min(0);
const outcome = () => z.enum(OUTCOMES).describe('How the run ended.');

const metric = () => z.union([z.number(), z.enum(['NaN', 'Infinity', '-Infinity'])]);

const step = () => z.number().nullable();

const notFinite = z.object({
  name: z.string(),
  value: z.enum(['NaN', 'Infinity', '-Infinity']),
  times: counted(),
  spells: counted(),
  firstLine: counted(),
  firstStep: step(),
  lastStep: step(),
  sinceStep: step(),
  ongoing: z.boolean().describe('It is the last value.'),
});

const unreadable = z.object({ lines: counted(), firstLine: counted(), why: z.string() });

const placement = z.object({
  region: z.string(),
  zone: z.string(),
  instanceType: z.string(),
  market: z.enum(['spot', 'on-demand']),
  hourlyUsd: usd().describe('Dollars per hour of the instance alone.'),
  onDemandHourlyUsd: usd(),
  priceSource: z.string().describe('Where the price was read.'),
});

const checkpoint = z.object({
  step: z.number().nullable().describe('The step that its newest file belongs to; null when nothing says one.'),
  attempt: counted(),
  key: z.string().describe("Object key of the manifest, in the installation's bucket."),
  bytes: counted().exactOptional(),
  number: counted().exactOptional().describe("Of the attempt's checkpoints, counted from 1."),
  at: time().exactOptional().describe('When it was taken.'),
  suspect: z.string().exactOptional().describe('Why it is not known to be whole; absent: it is.'),
  stepEvery: z.number().exactOptional().describe('Reports came so many steps apart when it was taken.'),
});

const checkpointAsked = z.object({
  count: counted(),
  answer: z
    .object({ checkpoint: checkpoint.exactOptional(), reason: z.string().exactOptional() })
    .exactOptional()
    .describe('What came of the last time; absent while it is being taken.'),
});

const notice = z.object({
  source: z.enum(['spot', 'maintenance']),
  action: z.string(),
  time: time(),
});

const cut = () => z.enum(Object.keys(CUTS) as (keyof typeof CUTS)[]).describe('Temporal ended the run itself.');

const leastUsd = () => z.literal(true).exactOptional().describe('It has cost that at least; more is not known.');

const stillCosts = z
  .object({
    ids: z.array(z.string()),
    hourlyUsd: usd().exactOptional(),
    endsBy: time().describe('When a worker will have ended it, if one runs.'),
    leaseEndsBy: time().exactOptional().describe('When its host ends itself, at the latest.'),
    unknown: z.string().exactOptional(),
  })
  .describe('What EC2 shows alive of a run that Temporal has ended.');

const launchTry = z.object({
  try: counted(),
  placement,
  code: z.string().exactOptional().describe("EC2's error code; absent when the launch was accepted."),
  message: z.string().exactOptional(),
  kind: z.enum(['capacity', 'quota', 'token-spent', 'fatal']).exactOptional(),
  at: time(),
});

const stage = z.object({
  name: z.enum(['launch', 'reach', 'code', 'setup', 'inputs', 'restore', 'train', 'cleanup']),
  state: z.enum(['running', 'done', 'failed', 'skipped']),
  startedAt: time(),
  endedAt: time().exactOptional(),
  detail: z.string().exactOptional(),
});

const notKept = z
  .object({
    files: counted(),
    bytes: counted(),
    named: z.array(
      z.object({
        path: z.string().describe('A folder ends in /, and stands for all that is in it.'),
        files: counted(),
        bytes: counted(),
        why: z.enum(['limit', 'many', 'ignored', 'input', 'unnamed']),
      }),
    ),
  })
  .describe('What the command wrote and no output took along; the largest of it is named.');

const attempt = z.object({
  number: counted().describe('Counted from 1.'),
  placement: placement.exactOptional(),
  tries: z.array(launchTry),
  instanceId: z.string().exactOptional(),
  address: z.string().exactOptional(),
  port: counted().exactOptional(),
  user: z.string().exactOptional(),
  hostKey: z.string().exactOptional().describe('Public host key in OpenSSH form.'),
  stages: z.array(stage),
  notice: notice.exactOptional(),
  scheduled: notice.exactOptional().describe('Maintenance that EC2 has scheduled, and that is not near yet.'),
  disconnectedSince: time().exactOptional(),
  disconnectedWhy: z.string().exactOptional(),
  ended: z.enum(['succeeded', 'failed', 'interrupted', 'unreachable', 'stopped', 'not-started']).exactOptional(),
  reason: z.string().exactOptional(),
  exitCode: z.int().exactOptional(),
  restored: checkpoint.exactOptional().describe('The checkpoint that was put in place for it.'),
  failedToResume: z.literal(true).exactOptional().describe('It ended by itself before it got past that checkpoint.'),
  firstStep: z.number().exactOptional().describe('The first step that it reported.'),
  lastStep: z.number().exactOptional().describe('The last step that it reported.'),
  stepsAnew: z
    .literal(true)
    .exactOptional()
    .describe('Its steps began anew while it ran: they cannot be compared with those of another attempt.'),
  resumedFromStep: z.number().exactOptional().describe('The step that it really went on from, by what it reported.'),
  stepsLost: z
    .number()
    .exactOptional()
    .describe('Steps that were reported before, and done again by it; absent: unknown.'),
  lastCheckpoint: checkpoint.exactOptional(),
  launchedAt: time().exactOptional(),
  terminatedAt: time().exactOptional(),
  costUsd: usd(),
});

export const statusAnswer = z
  .object({
    run: z.string().describe('The workflow id.'),
    runKey: z.string().regex(/^[0-9a-f]{16}$/),
    name: z.string(),
    project: z.string(),
    installation: z.string(),
    cloud: z.enum(['local', 'aws']),
    region: z.string(),
    bucket: z.string(),
    prefix: z.string(),
    phase: z.enum(PHASES),
    outcome: outcome().exactOptional(),
    reason: z.string().exactOptional(),
    startedAt: time(),
    endedAt: time().exactOptional(),
    deadlineAt: time().exactOptional(),
    maxCostUsd: usd().exactOptional(),
    costUsd: usd(),
    onDemandUsd: usd().describe('What the same hours would have cost on demand.'),
    attemptCount: counted(),
    interruptions: counted(),
    failures: counted(),
    attempts: z.array(attempt),
    retiredAttempts: z
      .array(counted())
      .exactOptional()
      .describe('Attempts of which EC2 was seen to show nothing alive.'),
    lastCheckpoint: checkpoint.exactOptional(),
    checkpointAsked: checkpointAsked
      .exactOptional()
      .describe('How often a checkpoint was asked for, and what came of it.'),
    resumedFromStep: z.number().exactOptional(),
    finalStep: z.number().exactOptional(),
    lastMetrics: z
      .record(z.string(), metric())
      .exactOptional()
      .describe('What is no finite number is its name as text: NaN, Infinity, -Infinity.'),
    notFinite: z.array(notFinite).exactOptional().describe('Metrics that were no finite numbers, with their steps.'),
    unreadableMetrics: unreadable.exactOptional().describe('Lines of metrics that could not be read, and the first.'),
    steps: z.number().exactOptional().describe('Training steps in all, as the spec says.'),
    etaAt: time().exactOptional().describe('When the training will be at its last step, as its host said last.'),
    ending: z
      .object({ outcome: z.enum(OUTCOMES), reason: z.string(), mode: z.enum(['graceful', 'now']) })
      .exactOptional()
      .describe('The ending that has been asked for, while the run is still on its way to it.'),
    heldUntil: time().exactOptional().describe('Until when the instance of a failed run is kept.'),
    cleanupPending: z.string().exactOptional().describe('What is left and why, while undo has not been verified.'),
    cut: cut().exactOptional(),
    stillCosts: stillCosts.exactOptional(),
    leastUsd: leastUsd(),
    warnings: z
      .array(z.object({ at: time(), message: z.string() }))
      .exactOptional()
      .describe('What people should know while the run goes on; the last five.'),
    outputs: z
      .array(z.object({ from: z.string(), to: z.string(), files: counted(), bytes: counted() }))
      .exactOptional(),
    notKept: notKept.exactOptional(),
  })
  .meta({ title: 'trainctl status --json', description: 'A run, with all of its attempts. Only grows.' });

export const resultAnswer = z
  .object({
    outcome: outcome(),
    run: z.string().describe('The workflow id.'),
    attemptCount: counted(),
    interruptions: counted(),
    resumedFromStep: z
      .number()
      .nullable()
      .describe('Step that the last resumed attempt went on from, by its own reports; null: unknown, or none resumed.'),
    stepsLost: z
      .number()
      .nullable()
      .exactOptional()
      .describe('Steps that were reported and then done again; null: unknown.'),
    finalStep: z.number().nullable(),
    costUsd: usd(),
    leastUsd: leastUsd(),
    leftovers: counted().describe('Instances, volumes and spot requests of the run that EC2 still shows alive.'),
    seconds: z.number().min(0).describe('From start to close of the workflow.'),
    reason: z.string().exactOptional(),
    notKept: notKept.exactOptional(),
  })
  .meta({ title: 'trainctl run --json, its last line', description: 'How a run ended. Only grows.' });

const listEntry = z.object({
  run: z.string().describe('The workflow id.'),
  runKey: z.string().regex(/^[0-9a-f]{16}$/),
  name: z.string(),
  project: z.string(),
  phase: z.enum(PHASES),
  outcome: outcome().nullable(),
  attemptCount: counted(),
  placement: z.string().nullable().describe('Such as `g5.xlarge us-east-1a spot`.'),
  step: z.number().nullable().describe('Of an open run: as its host tells it.'),
  costUsd: usd().nullable().describe('Until now; see leastUsd.'),
  startedAt: time(),
  endedAt: time().nullable(),
  cleanupPending: z.boolean(),
  cut: cut().exactOptional(),
  stillCosts: z.array(z.string()).exactOptional().describe('What such a run still has in EC2.'),
  schedule: z.string().exactOptional().describe('The Temporal Schedule that started it.'),
  leastUsd: leastUsd(),
  forgotten: z.literal(true).exactOptional().describe('Temporal has forgotten it: this is what it left in S3.'),
});

export const listAnswer = z
  .array(listEntry)
  .meta({ title: 'trainctl ls --json', description: 'Runs in short, newest first. Only grows.' });

type Equal<A, B> = [A] extends [B] ? ([B] extends [A] ? true : never) : never;
/** The keys too: an optional key that is missing on one side would let both extend each other. */
type Same<A, B> = Equal<A, B> & Equal<keyof A, keyof B>;
const same: [
  Same<z.output<typeof statusAnswer>, RunStatus>,
  Same<z.output<typeof resultAnswer>, RunResult>,
  Same<z.output<typeof listEntry>, RunListEntry>,
  Same<z.output<typeof attempt>, AttemptStatus>,
  Same<z.output<typeof stage>, StageStatus>,
  Same<z.output<typeof launchTry>, LaunchTry>,
  Same<z.output<typeof placement>, Placement>,
  Same<z.output<typeof checkpoint>, CheckpointRef>,
  Same<z.output<typeof notice>, Notice>,
  Same<z.output<typeof notFinite>, NotFinite>,
  Same<z.output<typeof unreadable>, UnreadableLines>,
] = [true, true, true, true, true, true, true, true, true, true, true];
void same;
