import { z } from 'zod';
import { LARGEST_STEPS } from '../run/bounds';
import { access, code, env, input, outputs, secrets, setup } from './data';
import { word } from './fields';
import { alerts, checkpoints, hold, limits, resources, retry } from './machine';
import { placeOf, type SpecPath } from './text-places';

const NAME = /^[a-z0-9-]{1,40}$/;
const PROJECT = /^[A-Za-z0-9._-]{1,63}$/;

/** Words that only a shell knows, or that do nothing for who comes after where a program of the name exists. */
const OF_SHELLS = /^(cd|pushd|popd|source|\.|export|unset|set|alias|eval|exec|ulimit|umask)$/;

/** Why a list cannot be run, which no shell reads; undefined when it can. */
function listFault([first = '']: string[]): string | undefined {
  if (first.trim() === '') return 'has no program as its first word (try [python, train.py])';
  const variable = /^([A-Za-z_]\w*)=/.exec(first)?.[1];
  if (variable !== undefined) {
    return `sets ${variable} before its program, which only a shell does: name ${variable} in env, or give the command as one text`;
  }
  return OF_SHELLS.test(first)
    ? `begins with ${first}, which is the shell's, and a list runs without one: give the command as one text`
    : undefined;
}

const command = z
  .union([z.string(), z.array(word)], {
    error: ({ input }) =>
      `${input === undefined ? 'is missing' : 'cannot be run'}; give text (a shell command) or a list of words`,
  })
  .superRefine((value, ctx) => {
    const fault = (message: string) => ctx.addIssue({ code: 'custom', message });
    if (typeof value === 'string') {
      if (value.trim() === '') fault('is empty; give what to run (try python train.py)');
      else if (value.includes('\0')) fault('holds a NUL character');
      return;
    }
    const wrong = listFault(value);
    if (wrong !== undefined) fault(wrong);
  })
  .meta({
    description: 'What is run. Text is run by bash -eo pipefail; a list is run as it is.',
    examples: ['python train.py --epochs 5', ['python', 'train.py']],
    anyOf: [
      { type: 'string', minLength: 1 },
      { type: 'array', items: { type: ['string', 'number', 'boolean'] }, minItems: 1 },
    ],
  });

/** The run spec as people write it. What it puts out still has their names for things; compose.ts gives it ours. */
export const runInput = z
  .strictObject({
    $schema: z.string().describe('For editors; not read.').optional(),
    name: z
      .string()
      .regex(NAME, { error: 'must be 1 to 40 of a-z, 0-9 and -' })
      .describe("Name of the run, for people. Default: the folder's name.")
      .optional(),
    project: z
      .string()
      .regex(PROJECT, { error: 'must be 1 to 63 letters, digits, dots, underscores and dashes' })
      .describe('Groups runs, limits and costs. Default: that of the settings.')
      .optional(),
    command,
    code: code.optional(),
    setup,
    env,
    secrets,
    inputs: z
      .array(input)
      .max(50, { error: 'has more than 50 entries' })
      .prefault([])
      .describe('Data that is fetched before the training starts.'),
    outputs,
    checkpoints,
    resources,
    limits,
    retry,
    steps: z
      .int()
      .min(1, { error: 'must be 1 or more' })
      .max(LARGEST_STEPS, { error: `must be at most ${LARGEST_STEPS}` })
      .meta({
        description:
          'Training steps in all, for the expected end. Default: steps, total_steps or max_steps of the metrics.',
        examples: [1000],
      })
      .optional(),
    alerts,
    hold: hold.optional(),
    access,
  })
  .meta({ title: 'trainctl run', description: 'One training run of trainctl.' });

export type ReadRun = z.output<typeof runInput>;

/** Keys that will mean something and are refused until they do, wherever they are written. */
export const RESERVED = ['nodes', 'volumes', 'idle', 'gpu', 'container'] as const;

/** The keys of each object of a spec, by its path; for suggestions and for empty YAML keys. */
export const SPEC_KEYS: Record<string, readonly string[]> = {
  '': Object.keys(runInput.shape),
  code: ['dir', 'snapshot', 'times', 'git', 'ref', 'none'],
  setup: ['requirements', 'commands'],
  checkpoints: ['dir', 'every', 'keep', 'grace', 'signal'],
  resources: ['instanceTypes', 'market', 'zones', 'ami', 'disk'],
  limits: ['maxDuration', 'maxCostUsd', 'capacityWait', 'startTimeout', 'unreachable', 'lease'],
  retry: ['interruptions', 'failures', 'exitCodes'],
  alerts: ['nan', 'noCheckpointFor', 'noStepFor'],
  hold: ['on', 'for'],
  access: ['sshKeys'],
  'inputs[]': ['from', 'to'],
  outputs: ['paths', 'limit'],
  'outputs[]': ['from', 'to'],
  'outputs.paths[]': ['from', 'to'],
};

/** Whether a spec may have a key of that path; an entry of a list and a variable of any name are such. */
export function isKnownKey(path: SpecPath): boolean {
  const key = path.at(-1);
  if (typeof key !== 'string' || (path[0] === 'env' && path.length === 2)) return true;
  return SPEC_KEYS[placeOf(path.slice(0, -1))]?.includes(key) ?? false;
}
