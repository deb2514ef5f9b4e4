import { existsSync } from 'node:fs';
import {
  commitOf,
  compareSnapshots,
  packSelection,
  type SnapshotDifference,
  selectFiles,
} from '../../../../adapters/snapshot';
import { type Commit, type RunOrigin, type RunSpec, snapshotKey } from '../../../../contract';
import { type RunView, resultFolders, type TrainctlClient } from '../../..';
import { isHomeOrRoot } from '../../launch/code-folder';
import { secretLike } from '../../launch/secret-like';
import { inputOfSpec } from './input-of-spec';

/** One value of a spec that would be another. Undefined: not there. */
export interface SpecChange {
  path: string;
  from?: unknown;
  to?: unknown;
}

/** What a repetition of a run would do otherwise than the run, and what it would not see of what has changed since. */
export interface Changes {
  of: string;
  spec: SpecChange[];
  /** The code is that of the run, always; its snapshot or commit id. */
  code: string | null;
  commit?: Commit;
  /** The folder that the code came from, as it is now; absent when it is not on this machine. */
  folder?: { path: string; same: boolean; commit?: Commit; difference?: SnapshotDifference };
  /** What the run got installed, in its own words; the same requirements may get newer versions. */
  installed?: string;
}

/** What differs between two specs, by the keys of `trainctl.yaml` and in its words. */
export const specChanges = (was: RunSpec, is: RunSpec): SpecChange[] =>
  differences(inputOfSpec(withDefaults(was)), inputOfSpec(withDefaults(is)));

/** An older release has resolved specs without these. */
const withDefaults = (spec: RunSpec): RunSpec => ({ ...spec, alerts: spec.alerts ?? { nan: 'warn' } });

/** Values that differ, by their paths; lists are compared as a whole. */
function differences(from: unknown, to: unknown, path = ''): SpecChange[] {
  const [was, is] = [partsOf(from, to), partsOf(to, from)];
  if (was && is) {
    const keys = [...new Set([...Object.keys(was), ...Object.keys(is)])];
    return keys.flatMap((key) => differences(was[key], is[key], path === '' ? key : `${path}.${key}`));
  }
  if (JSON.stringify(from) === JSON.stringify(to)) return [];
  return [{ path, ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }];
}

/** A variable that looks like a secret is told by its name alone. */
function withoutSecrets(change: SpecChange): SpecChange {
  const name = /^env\.(.*)$/.exec(change.path)?.[1];
  if (name === undefined) return change;
  const hide = (value: unknown): unknown =>
    typeof value === 'string' && secretLike(name, value) !== undefined ? '(hidden)' : value;
  return {
    ...change,
    ...('from' in change ? { from: hide(change.from) } : {}),
    ...('to' in change ? { to: hide(change.to) } : {}),
  };
}

/** The keys of a value; also of one that is not there, beside one that has some. */
function partsOf(value: unknown, other: unknown): Record<string, unknown> | undefined {
  if (isObject(value)) return value;
  return value === undefined && isObject(other) && Object.keys(other).length > 0 ? {} : undefined;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Looks at what a repetition would change; reads, and sends nothing. */
export async function changesOf(client: TrainctlClient, view: RunView, was: RunSpec, is: RunSpec): Promise<Changes> {
  const { origin } = view;
  const installed = installedBy(view);
  const folder = origin?.code === undefined ? undefined : await folderNow(client, was, origin.code);
  return {
    of: view.run,
    spec: specChanges(was, is).map(withoutSecrets),
    code: 'snapshot' in was.code ? was.code.snapshot : 'git' in was.code ? was.code.ref : null,
    ...(origin?.commit === undefined ? {} : { commit: origin.commit }),
    ...(folder === undefined ? {} : { folder }),
    ...(installed === undefined ? {} : { installed }),
  };
}

async function folderNow(
  client: TrainctlClient,
  spec: RunSpec,
  path: NonNullable<RunOrigin['code']>,
): Promise<Changes['folder']> {
  const { code } = spec;
  if (!('snapshot' in code) || !existsSync(path) || isHomeOrRoot(path)) return undefined;
  const packed = await packSelection(await selectFiles(path, { results: resultFolders(spec) }));
  try {
    const commit = await commitOf(path);
    const now = { path, ...(commit === undefined ? {} : { commit }) };
    if (packed.sha256 === code.snapshot) return { ...now, same: true };
    const stored = await client.objects.stream(snapshotKey(client.settings.prefix, code.snapshot));
    if (!stored) return { ...now, same: false };
    return { ...now, same: false, difference: await compareSnapshots(stored, packed.tarGz()) };
  } finally {
    await packed.close();
  }
}

function installedBy({ attempts }: Pick<RunView, 'attempts'>): string | undefined {
  const stages = attempts.flatMap((attempt) => attempt.stages);
  return stages.findLast(({ name, state }) => name === 'setup' && state === 'done')?.detail;
}
