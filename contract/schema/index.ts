// Not exported by contract/index.ts: zod is too heavy for the workflow isolate.
import type { RunSpec, SpecFault } from '../spec';

export type { DurationInput, RunSpecInput, SizeInput } from './input';

/** What a spec that leaves something out is filled from; comes from the installation's settings and the caller. */
export interface SpecDefaults {
  /** Default: `run`. */
  name?: string;
  /** Default: `default`. */
  project?: string;
  instanceTypes: string[];
}

/** `message` is one text for people that names every fault with its path, a line each. */
export type ParsedSpec = { ok: true; spec: RunSpec } | { ok: false; faults: SpecFault[]; message: string };

export function parseRunSpec(_input: unknown, _defaults: SpecDefaults): ParsedSpec {
  throw new Error('not built yet');
}

/** Seconds of `90s`, `1h30m`, `2d`, or of a number. Throws a RangeError that says what is wrong. */
export function parseDuration(_value: string | number): number {
  throw new Error('not built yet');
}

/** GiB (rounded up to whole ones) of `50GiB`, `500MB`, or of a number. Throws a RangeError that says what is wrong. */
export function parseSize(_value: string | number): number {
  throw new Error('not built yet');
}
