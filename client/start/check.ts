import { statSync } from 'node:fs';
import path from 'node:path';
import type { RunSpec, Settings, SpecFault } from '../../contract';
import type { RunSpecInput } from '../../contract/schema';
import { TrainctlError } from '../errors';

/**
 * Reads a spec as the worker will, with a folder of code in it or without.
 * @throws TrainctlError `invalid-spec` that names every fault.
 */
export async function checkSpec(spec: RunSpecInput, settings: Pick<Settings, 'defaults'>): Promise<RunSpec> {
  // Loaded here: commands that start nothing do without it.
  const { localCode, parseRunSpec } = await import('../../contract/schema/index.js');
  const dir = codeDir(spec);
  const local = localCode(spec.code);
  const faults = [...(local?.faults ?? []), ...(dir === undefined ? [] : dirFaults(dir))];
  const parsed = parseRunSpec(local ? { ...spec, code: local.code } : spec, settings.defaults);
  if (!parsed.ok) faults.push(...parsed.faults);
  if (parsed.ok && faults.length === 0) return parsed.spec;
  const lines = faults.map(({ path: where, message }) => `  ${where ? `${where}: ` : ''}${message}`);
  const head = `the spec has ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}:`;
  throw new TrainctlError('invalid-spec', [head, ...lines].join('\n'), {
    next: 'what a spec may hold: docs/reference.md, or trainctl schema',
    faults,
  });
}

/** The local folder that a spec names as its code. */
export function codeDir({ code }: RunSpecInput): string | undefined {
  return typeof code === 'object' && code !== null && 'dir' in code && typeof code.dir === 'string'
    ? path.resolve(code.dir)
    : undefined;
}

function dirFaults(dir: string): SpecFault[] {
  const stats = statSync(dir, { throwIfNoEntry: false });
  if (stats?.isDirectory()) return [];
  return [{ path: 'code.dir', message: stats ? `${dir} is no folder` : `there is no folder ${dir}` }];
}
