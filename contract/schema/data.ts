import { z } from 'zod';
import { gitUrlFault } from './credentials/git-url';
import { dataSize, envName, envNameFault, hostPath, LOSES_DIGITS, line, losesDigits, oneOrMany } from './fields';
import { pathFault } from './paths';
import { s3UrlFault } from './s3-url';
import { sshKeyFault } from './ssh-key';

/** What goes to the host and comes back: code, setup, environment, inputs, outputs, keys. */

const custom = (message: string, input: unknown, path: PropertyKey[] = []) =>
  ({ code: 'custom', message, input, path }) as const;

const gitUrl = line('the URL of a repository').superRefine((url, ctx) => {
  const fault = gitUrlFault(url);
  if (fault !== undefined) ctx.addIssue(custom(fault, undefined));
});

/** The CLI replaces `dir` before a spec goes anywhere; all others must have done so. */
const DIR_REFUSED =
  'works only from the CLI (trainctl run uploads the folder); upload it with `trainctl snapshot DIR` and give ' +
  'code.snapshot';

/** Which of the sources may stand together is checked in cross.ts. */
export const code = z
  .strictObject({
    dir: z
      .unknown()
      .superRefine((value, ctx) => {
        if (value !== undefined) ctx.addIssue(custom(DIR_REFUSED, value));
      })
      .meta({ type: 'string', description: 'A local folder. Only in the CLI and the typed client, which upload it.' })
      .optional(),
    snapshot: z
      .string()
      .regex(/^[0-9a-f]{64}$/, { error: 'must be the 64 hex digits that `trainctl snapshot DIR` prints' })
      .describe('Id of an uploaded folder, as `trainctl snapshot DIR` prints it.')
      .optional(),
    times: z
      .string()
      .regex(/^[0-9a-f]{64}$/, { error: 'must be the 64 hex digits that `trainctl snapshot DIR` prints' })
      .describe(
        "Id of the times of the snapshot's files, printed beside it. Default: as old as their copy on the host.",
      )
      .optional(),
    git: gitUrl.describe('URL of a git repository that the workers can read, by https or ssh.').optional(),
    ref: z
      .string()
      .regex(/^([0-9a-f]{40}|[0-9a-f]{64})$/, {
        error: 'must be a full commit id (40 hex digits), so that a rerun runs the same code; see `git rev-parse HEAD`',
      })
      .describe('A full commit id.')
      .optional(),
    none: z.literal(true, { error: 'can only be true' }).describe('No code: the command brings its own.').optional(),
  })
  .describe('Where the code comes from. Default: no code (the CLI: the folder of the spec).');

const shellLine = z
  .string({ error: 'must be text (a shell command)' })
  .refine((text) => text.trim() !== '', { error: 'is empty; give a shell command' })
  .refine((text) => !text.includes('\0'), { error: 'holds a NUL character' });

const setupShape = z.strictObject({
  requirements: z
    .string()
    .transform((text, ctx) => {
      if (text === 'auto' || text === 'none') return text;
      const read = pathFault(text);
      if ('path' in read) return read.path;
      ctx.issues.push(custom(`${read.fault}; or say auto or none`, text));
      return z.NEVER;
    })
    .prefault('auto')
    .describe(
      'auto: uv.lock, else the project (pyproject.toml, setup.py, setup.cfg) and requirements.txt, else PEP 723. none, or the path of a file.',
    ),
  commands: oneOrMany(shellLine).prefault([]).describe('Shell commands, in order, after the requirements.'),
});

/** A command, a list of commands, or an object. */
export const setup = z
  .preprocess(
    (value) => (typeof value === 'string' || Array.isArray(value) ? { commands: value } : value),
    setupShape.meta({ title: 'Setup' }),
  )
  .prefault({})
  .describe('What is installed before the training starts: a command, a list of commands, or an object.');

export const env = z
  .record(z.string(), z.unknown())
  .transform((value, ctx) => {
    const env: Record<string, string> = {};
    for (const [name, item] of Object.entries(value)) {
      const fault = (message: string) => ctx.issues.push(custom(message, undefined, [name]));
      const badName = envNameFault(name);
      // Values are never quoted in a message: they may be what they should not be, a secret.
      if (badName) fault(badName);
      else if (item === null || item === undefined) fault('has no value; write "" for an empty one');
      else if (typeof item === 'number' && !Number.isFinite(item)) fault('must be a finite number');
      else if (losesDigits(item)) fault(LOSES_DIGITS);
      else if (typeof item === 'object' || typeof item === 'function') fault('must be text, a number, true or false');
      else if (String(item).includes('\0')) fault('holds a NUL character');
      else env[name] = String(item);
    }
    return env;
  })
  .prefault({})
  .meta({
    description: 'Environment of setup and training. Numbers and true/false become text. Not for secrets.',
    examples: [{ OMP_NUM_THREADS: 4 }],
    propertyNames: { pattern: '^(?!TRAINCTL_)[A-Za-z_][A-Za-z0-9_]*$' },
    additionalProperties: { type: ['string', 'number', 'boolean'] },
  });

export const secrets = z
  .array(envName)
  .superRefine((names, ctx) => {
    for (const [i, name] of names.entries()) {
      if (names.indexOf(name) < i) ctx.addIssue(custom(`"${name}" is named twice`, name, [i]));
    }
  })
  .prefault([])
  .meta({
    description: 'Names of secrets, never their values: workers read those that their settings allow.',
    examples: [['WANDB_API_KEY']],
  });

const s3Url = (use: 'input' | 'output') =>
  z.string().superRefine((url, ctx) => {
    const fault = s3UrlFault(url, use);
    if (fault) ctx.addIssue(custom(fault, url));
  });

export const input = z
  .strictObject({
    from: s3Url('input').meta({
      description: 's3://bucket/key (one object), or s3://bucket/prefix/ (everything below it).',
      pattern: '^s3://',
    }),
    to: z
      .string()
      .superRefine((text, ctx) => {
        const read = pathFault(text);
        if ('fault' in read) ctx.addIssue(custom(read.fault, text));
      })
      .describe('A path in the working directory: a file for one object, a folder for a prefix.'),
  })
  .transform(({ from, to }) => ({ from, to: inputTarget(from, to) }));

/** Where an input lands. One object into `data/` is the file data/<its name>, as cp does it. */
export function inputTarget(from: string, to: string): string {
  const read = pathFault(to);
  const path = 'path' in read ? read.path : to;
  return to.endsWith('/') && !from.endsWith('/') ? `${path}/${from.slice(from.lastIndexOf('/') + 1)}` : path;
}

const output = z.strictObject({
  from: hostPath.describe('A file or folder in the working directory.'),
  to: s3Url('output')
    .meta({ description: "s3://bucket/prefix/. Default: the run's own prefix.", pattern: '^s3://.+/.*/$' })
    .optional(),
});

const outputsShape = z
  .strictObject({
    paths: z
      .array(output)
      .max(20, { error: 'has more than 20 entries' })
      .describe('What is kept. Default: all that the command makes in the working directory, up to `limit`.')
      .optional(),
    limit: dataSize(
      'How much is kept of what the command makes outside of outputs/, where no paths are named. Default: 5GiB.',
    ).optional(),
  })
  .superRefine(({ paths, limit }, ctx) => {
    if (paths !== undefined && limit !== undefined) {
      ctx.addIssue(custom('is for specs that name no paths: those are kept whatever their size', limit, ['limit']));
    }
  });

/** A list of paths, or an object. */
export const outputs = z
  .preprocess((value) => (Array.isArray(value) ? { paths: value } : value), outputsShape.meta({ title: 'Outputs' }))
  .prefault({})
  .describe('What is uploaded at every ending whose host still answers: all that the command makes, or these paths.');

export const access = z
  .strictObject({
    sshKeys: z
      .array(
        z
          .string()
          .superRefine((text, ctx) => {
            const fault = sshKeyFault(text);
            if (fault) ctx.addIssue(custom(fault, undefined));
          })
          .transform((text) => text.trim()),
      )
      .max(10, { error: 'has more than 10 keys' })
      .prefault([])
      .describe('Public keys (the text of a .pub file) that may log in. The CLI adds yours.'),
  })
  .prefault({})
  .describe('Who may log in to the instances of the run.');
