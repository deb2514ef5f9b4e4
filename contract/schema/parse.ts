import type { z } from 'zod';
import type { RunSpec, SpecFault } from '../run/spec';
import { composeSpec } from './compose';
import { crossFaults } from './cross';
import { faultMessage, faultsOf, wordsOf } from './faults';
import { dropEmptyKeys, notADocument, textBytes } from './prepare';
import { runInput } from './run';

/** What a spec that leaves something out is filled from; comes from the installation's settings and the caller. */
export interface SpecDefaults {
  /** Slugged by {@link slugName}. Default: `run`. */
  name?: string;
  /** Default: `default`. */
  project?: string;
  instanceTypes: string[];
}

/** `message` is one text for people that names every fault with its path, a line each. */
export type ParsedSpec = { ok: true; spec: RunSpec } | { ok: false; faults: SpecFault[]; message: string };

/** The resolved spec travels in the workflow's history beside its placements: together they stay under 16 KiB. */
export const MAX_SPEC_BYTES = 12 * 1024;

/** A name for a run from any text: `My Project_2` becomes `my-project-2`; text without a usable letter becomes `run`. */
export function slugName(text: string): string {
  const slug = text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40)
    .replace(/-+$/, '');
  return slug === '' ? 'run' : slug;
}

/**
 * Reads a run spec, from wherever it comes. Never throws: every fault of the document is in the answer, with its path. The
 * answer's spec has every default filled in and is of plain JSON. One whose texts alone
 * are too large is told only that.
 */
export function parseRunSpec(input: unknown, defaults: SpecDefaults): ParsedSpec {
  const hopeless = notADocument(input);
  if (hopeless) return refuse([hopeless]);
  const document = dropEmptyKeys(input as Record<string, unknown>);
  const least = textBytes(document);
  if (least > MAX_SPEC_BYTES) return refuse([tooLarge(least)]);
  const read = runInput.safeParse(document, { error: wordsOf });
  const faults = [...(read.success ? [] : faultsOf(asWritten(document, read.error.issues))), ...crossFaults(document)];
  if (!read.success || faults.length > 0) return refuse(faults);
  if (read.data.resources.instanceTypes === undefined && defaults.instanceTypes.length === 0) {
    return refuse([{ path: 'resources.instanceTypes', message: 'is missing, and the settings name no default' }]);
  }
  const spec = composeSpec(read.data, {
    name: slugName(defaults.name ?? 'run'),
    project: defaults.project ?? 'default',
    instanceTypes: defaults.instanceTypes,
  });
  const bytes = Buffer.byteLength(JSON.stringify(spec));
  if (bytes > MAX_SPEC_BYTES) return refuse([tooLarge(bytes)]);
  return { ok: true, spec };
}

const tooLarge = (bytes: number): SpecFault => ({
  path: '',
  message: `the run spec is too large: ${bytes} bytes, at most ${MAX_SPEC_BYTES} fit; move long commands and values into files of the code`,
});

/** A list of outputs is read as `outputs.paths`; its faults are told where they were written. */
function asWritten(document: Record<string, unknown>, issues: z.core.$ZodIssue[]): z.core.$ZodIssue[] {
  if (!Array.isArray(document.outputs)) return issues;
  return issues.map((issue) =>
    issue.path[0] === 'outputs' && issue.path[1] === 'paths'
      ? { ...issue, path: ['outputs', ...issue.path.slice(2)] }
      : issue,
  );
}

function refuse(faults: SpecFault[]): ParsedSpec {
  return { ok: false, faults, message: faultMessage(faults) };
}
