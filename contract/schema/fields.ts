import { z } from 'zod';
import { parseBytes, parseDuration, parseSize } from '../units';
import { pathFault } from './paths';

/** What one value of a spec may be. Each carries the words that editors show, in `.meta`. */

const CONTROL = /\p{Cc}/u;

/** Printable text of one line. */
export const line = (what: string) =>
  z
    .string()
    .min(1, { error: `is empty; give ${what}` })
    .max(1024, { error: 'is longer than 1024 characters' })
    .refine((text) => !CONTROL.test(text), { error: 'holds a control character (a newline, tab or NUL)' });

/** Whether JSON has lost digits of a number, or may have: as text it would be another than was written. */
export const losesDigits = (value: unknown): boolean =>
  typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value);

export const LOSES_DIGITS = 'is a number too long to keep all its digits; write it in quotes';

/** Makes `[python, --epochs, 5]` what it looks like. */
export const word = z
  .union([z.string(), z.number(), z.boolean()], { error: 'must be text or a number' })
  .transform((value, ctx) => {
    if (losesDigits(value)) {
      ctx.issues.push({ code: 'custom', message: LOSES_DIGITS, input: value, continue: true });
    }
    return String(value);
  })
  .refine((text) => !text.includes('\0'), { error: 'holds a NUL character' });

/** A list, for which a single value may stand alone. */
export const oneOrMany = <T extends z.ZodType>(item: T, json: Record<string, unknown> = { type: 'string' }) =>
  z
    .preprocess((value) => (Array.isArray(value) || typeof value === 'object' ? value : [value]), z.array(item))
    .meta({ anyOf: [json, { type: 'array', items: json }], type: undefined, items: undefined });

export interface DurationBounds {
  /** Seconds. Default: more than 0. */
  min?: number;
  /** Seconds, from which on it works. */
  least?: { seconds: number; why: string };
  /** Seconds. */
  max?: { seconds: number; why: string };
}

export const duration = (description: string, bounds: DurationBounds = {}) =>
  z
    .union([z.number(), z.string()], { error: 'must be a duration (try 90s, 30m, 2h)' })
    .transform((value, ctx) => {
      const fault = (message: string) => {
        ctx.issues.push({ code: 'custom', message, input: value });
        return z.NEVER;
      };
      let seconds: number;
      try {
        seconds = parseDuration(value);
      } catch (error) {
        return fault((error as Error).message);
      }
      const quoted = JSON.stringify(value);
      if (seconds < (bounds.min ?? 0.001)) return fault(`${quoted} is too short; it must be more than 0`);
      if (bounds.least && seconds < bounds.least.seconds) return fault(`${quoted} is too short: ${bounds.least.why}`);
      if (bounds.max && seconds > bounds.max.seconds) return fault(`${quoted} is too long: ${bounds.max.why}`);
      return seconds;
    })
    .meta({
      description: `${description} Seconds, or parts with the units s m h d w.`,
      examples: ['90s', '30m', '1h30m'],
      anyOf: [
        { type: 'number', minimum: 0 },
        { type: 'string', pattern: '^\\s*(\\d+(\\.\\d+)?[wdhms]?\\s*)+$' },
      ],
    });

/** The largest size that every EBS volume type in general use takes (16 TiB; EBS user guide, "volume constraints"). */
const MAX_DISK_GIB = 16_384;

interface SizeReading {
  read(value: string | number): number;
  /** Why a size that can be read will not do; undefined when it will. */
  fault?(size: number, value: string | number): string | undefined;
  examples: [string, string];
  /** GiB. */
  minimum: number;
  /** Of a unit, in a regular expression. */
  unit: string;
}

const sizeOf = (description: string, { read, fault, examples, minimum, unit }: SizeReading) =>
  z
    .union([z.number(), z.string()], { error: `must be a size (try ${examples.join(', ')})` })
    .transform((value, ctx) => {
      let message: string | undefined;
      let size = 0;
      try {
        size = read(value);
        message = fault?.(size, value);
      } catch (error) {
        message = (error as Error).message;
      }
      if (message === undefined) return size;
      ctx.issues.push({ code: 'custom', message, input: value });
      return z.NEVER;
    })
    .meta({
      description: `${description} A number of GiB, or text with a unit.`,
      examples,
      anyOf: [
        { type: 'number', minimum },
        { type: 'string', pattern: `^\\s*\\d+(\\.\\d+)?\\s*(${unit})?\\s*$` },
      ],
    });

/** Of a disk, in whole GiB. */
export const diskSize = (description: string) =>
  sizeOf(description, {
    read: parseSize,
    fault: (gib, value) => {
      if (gib < 1) return `${JSON.stringify(value)} is too small; the least is 1GiB`;
      return gib > MAX_DISK_GIB ? `${JSON.stringify(value)} is more than a volume can have (16TiB)` : undefined;
    },
    examples: ['50GiB', '1TiB'],
    minimum: 1,
    unit: '[kKmMgGtT][iI]?[bB]',
  });

/** Of data, in bytes. */
export const dataSize = (description: string) =>
  sizeOf(description, {
    read: parseBytes,
    examples: ['5GiB', '500MiB'],
    minimum: 0,
    unit: '[kKmMgGtT][iI]?[bB]|[bB]',
  });

/** A path on the host, relative to the working directory; answered in its plain form (`a/b`). */
export const hostPath = z.string().transform((text, ctx) => {
  const read = pathFault(text);
  if ('path' in read) return read.path;
  ctx.issues.push({ code: 'custom', message: read.fault, input: text });
  return z.NEVER;
});

/** The name of an environment variable that a run may set. */
const ENV_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Why `name` cannot be set by a spec; undefined when it can. */
export function envNameFault(name: string): string | undefined {
  if (!ENV_NAME.test(name))
    return 'is not a name of an environment variable (letters, digits and _, not first a digit)';
  if (name.startsWith('TRAINCTL_')) return 'is set by trainctl itself (every TRAINCTL_ name is)';
  return undefined;
}

export const envName = z.string().superRefine((name, ctx) => {
  const fault = envNameFault(name);
  if (fault) ctx.addIssue({ code: 'custom', message: `${JSON.stringify(name.slice(0, 60))} ${fault}` });
});

export const count = (description: string, fallback: number, max: number) =>
  z
    .int()
    .min(0, { error: 'must be 0 or more' })
    .max(max, { error: `must be at most ${max}` })
    .prefault(fallback)
    .describe(description);
