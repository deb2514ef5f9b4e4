import { realpathSync } from 'node:fs';
import path from 'node:path';
import { ORIGIN_MEMO, type RunOrigin, readRunOrigin } from '../../contract';
import { personOf } from './person';

/** What a starter knows of a run besides its spec. */
export interface OriginFacts extends Pick<RunOrigin, 'code' | 'commit' | 'source' | 'said' | 'rerunOf' | 'schedule'> {
  /** The folders that the run belongs to. Default: the one of this process. */
  folders?: string[];
}

/** Where a run comes from that is started now, from this machine. */
export function originOf(
  home: string,
  { folders = [], code, commit, source, said, rerunOf, schedule }: OriginFacts = {},
): RunOrigin {
  return {
    ...personOf(home, true),
    folders: [...new Set([process.cwd(), ...folders].map(realFolder))],
    ...(code === undefined ? {} : { code: realFolder(code) }),
    ...(commit === undefined ? {} : { commit }),
    ...(source === undefined ? {} : { source }),
    ...(said === undefined || said.length === 0 ? {} : { said: said.slice(0, 50) }),
    ...(rerunOf === undefined ? {} : { rerunOf }),
    ...(schedule === undefined ? {} : { schedule }),
  };
}

/** What is known of code that is sent from a folder. */
export async function originOfCode(dir: string): Promise<OriginFacts> {
  // Loaded here: whoever only watches does without it.
  const { commitOf } = await import('../../adapters/snapshot/index.js');
  const commit = await commitOf(dir).catch(() => undefined);
  return { folders: [dir], code: dir, ...(commit === undefined ? {} : { commit }) };
}

/** One name for a folder, however it is reached. */
export function realFolder(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    return path.resolve(folder);
  }
}

/** The origin in a workflow's memo, if a client of ours has put one there. */
export function readOrigin(memo: Record<string, unknown> | undefined): RunOrigin | undefined {
  return readRunOrigin(memo?.[ORIGIN_MEMO]);
}
