import { z } from 'zod';
import { LARGEST_COST, LONGEST_HOLD, LONGEST_RUN } from '../run/bounds';
import { count, diskSize, duration, hostPath, oneOrMany } from './fields';

/** Where and how long a run may be: checkpoints, resources, limits, retry. */

const MAX_RUN = { seconds: LONGEST_RUN, why: 'a run ends within 30 days' };

/** Signals that a process may take as a wish; the others end it, stop it, or are trainctl's own way to end it (TERM). */
const SIGNALS = ['SIGUSR1', 'SIGUSR2', 'SIGHUP', 'SIGINT', 'SIGALRM', 'SIGWINCH'] as const;

const signal = z
  .preprocess(
    (value) => (typeof value === 'string' && SIGNALS.some((name) => name === `SIG${value}`) ? `SIG${value}` : value),
    z.enum(SIGNALS),
  )
  .describe(
    'Sent to the program when a checkpoint is asked for, once it handles it. Default: none, what is there is packed.',
  );

export const checkpoints = z
  .strictObject({
    dir: hostPath.prefault('checkpoints').describe('The folder that is saved and restored as a whole.'),
    every: duration('How often the folder is saved, at most.').prefault('60s'),
    keep: z
      .int()
      .min(1, { error: 'must be 1 or more' })
      .max(1000, { error: 'must be at most 1000' })
      .prefault(3)
      .describe('How many whole checkpoints stay in S3.'),
    grace: duration('How long the process may take to end after TERM, before it is killed.', {
      min: 0,
      max: { seconds: 3600, why: 'the most is 1h' },
    }).prefault('60s'),
    signal: signal.optional(),
  })
  .prefault({})
  .describe('What survives an interruption.');

const INSTANCE_TYPE = /^[a-z][a-z0-9-]{0,20}\.[a-z0-9-]{1,20}$/;
const ZONE = /^[a-z]{2,4}(-[a-z0-9]+)+[a-z]$/;
const AMI = /^(auto|ami-[0-9a-f]{8,17}|resolve:ssm:[A-Za-z0-9_.:/-]{1,500})$/;

const distinct = (items: string[], ctx: z.RefinementCtx): void => {
  for (const [i, item] of items.entries()) {
    if (items.indexOf(item) < i) ctx.addIssue({ code: 'custom', message: `"${item}" is named twice`, path: [i] });
  }
};

const quoted = (input: unknown): string => JSON.stringify(String(input).slice(0, 60));

export const resources = z
  .strictObject({
    instanceTypes: oneOrMany(
      z
        .string()
        .regex(INSTANCE_TYPE, { error: (issue) => `${quoted(issue.input)} is not an instance type (try g5.xlarge)` }),
    )
      .pipe(
        z
          .array(z.string())
          .min(1, { error: 'is empty; name at least one (try g5.xlarge)' })
          .max(20, { error: 'names more than 20 types' })
          .superRefine(distinct),
      )
      .meta({
        description: 'In order of preference. Default: those of the settings.',
        examples: [['g5.xlarge', 'g4dn.xlarge']],
      })
      .optional(),
    market: z
      .enum(['spot', 'on-demand', 'spot-then-on-demand'])
      .prefault('on-demand')
      .describe('spot-then-on-demand: on demand only after every spot placement was refused.'),
    zones: oneOrMany(
      z
        .string()
        .regex(ZONE, { error: (issue) => `${quoted(issue.input)} is not an availability zone (try us-east-1a)` }),
    )
      .pipe(z.array(z.string()).max(20, { error: 'names more than 20 zones' }).superRefine(distinct))
      .prefault([])
      .meta({
        description: 'Where it may be launched. Default: every zone of the region that offers the type.',
        examples: [['us-east-1a']],
      }),
    ami: z
      .string()
      .regex(AMI, { error: (issue) => `${quoted(issue.input)} must be auto, ami-… or resolve:ssm:…` })
      .prefault('auto')
      .describe('auto: the image of the settings for the kind of instance; or ami-…, or resolve:ssm:<parameter>.'),
    disk: diskSize('Size of the root disk.').prefault('50GiB'),
  })
  .prefault({})
  .describe('What the run may be launched on.');

/**
 * A renewal comes every quarter of the lease, and a worker that died is missed after 10 s (workflows/training-run/attempt/host-lease.ts):
 * with a quarter and those 10 s gone, half of 40 s is left for another to take over, reach the host and renew.
 */
const SHORTEST_LEASE = {
  seconds: 40,
  why: 'a worker that has died is missed after 10 s, and another must reach the host before its lease is over; the least is 40s',
};

export const limits = z
  .strictObject({
    maxDuration: duration('The whole run: all attempts and waits.', { max: MAX_RUN }).prefault('24h'),
    maxCostUsd: z
      .number()
      .positive({ error: 'must be more than 0' })
      .max(LARGEST_COST, { error: `must be at most ${LARGEST_COST}` })
      .meta({ description: 'Dollars over all attempts. Default: no limit.', examples: [20] })
      .optional(),
    capacityWait: duration('How long the run may wait for capacity. Default: maxDuration.', {
      min: 0,
      max: MAX_RUN,
    }).optional(),
    startTimeout: duration('From an accepted launch to a working SSH session.', { max: MAX_RUN }).prefault('10m'),
    unreachable: duration('How long a host may be silent before its attempt ends.', { max: MAX_RUN }).prefault('10m'),
    lease: duration('How long a host lives on when nothing renews it. At least 40s.', {
      least: SHORTEST_LEASE,
      max: MAX_RUN,
    }).prefault('30m'),
  })
  .prefault({})
  .describe('What ends the run. A run without limits ends after 24 hours.');

export const alerts = z
  .strictObject({
    nan: z
      .enum(['warn', 'stop'])
      .prefault('warn')
      .describe(
        'When a metric is NaN or infinite. stop: the run ends as failed, with a last checkpoint and its outputs.',
      ),
    noCheckpointFor: duration('Warns when the training has made no checkpoint for so long. Default: never.', {
      max: MAX_RUN,
    }).optional(),
    noStepFor: duration('Warns when its metrics have had no new step for so long. Default: never.', {
      max: MAX_RUN,
    }).optional(),
  })
  .prefault({})
  .describe('What of a training that goes on is told as a warning, also to the webhook.');

export const hold = z
  .strictObject({
    on: z.enum(['failed']).prefault('failed').describe('The outcome after which the instance is kept.'),
    for: duration('How long it is kept, within maxDuration and maxCostUsd.', {
      max: { seconds: LONGEST_HOLD, why: 'the most is 7d' },
    }).prefault('30m'),
  })
  .describe(
    'Keeps the instance of a failed run, so that trainctl ssh RUN works; trainctl release RUN ends it. Default: no.',
  );

export const retry = z
  .strictObject({
    interruptions: count('How many interruptions the run survives.', 20, 1000),
    failures: count('How often a failing command is started again.', 0, 100),
    exitCodes: z
      .array(z.int().min(1, { error: 'must be 1 to 255 (0 is success)' }).max(255, { error: 'must be 1 to 255' }))
      .max(255, { error: 'has more than 255 entries' })
      .transform((codes) => [...new Set(codes)])
      .prefault([])
      .meta({ description: 'Exit codes that restart without spending failures (20 times at most).', examples: [[75]] }),
  })
  .prefault({})
  .describe('What is tried again.');
