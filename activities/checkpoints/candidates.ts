import type { Lineage, RestoreRequest, RunRef } from '../../contract';
import type { ActivityDeps } from '../step';
import { type JudgedCheckpoint, judgeCheckpoint, newLook } from './judged';
import { listRun, type NodeCheckpoints, newestFirst } from './stored';

/** How long the URLs of a checkpoint stay good. */
const URL_SECONDS = 6 * 3600;

export type Candidate = RestoreRequest['candidates'][number];

export interface Offer {
  /** In the order in which they are to be tried: whole ones, newest first, then suspect ones likewise. */
  judged: JudgedCheckpoint[];
  /** What cannot be restored by anybody, newest first. */
  damaged: { key: string; why: string }[];
  /** How many were left out because an attempt failed to resume from them. */
  leftOut: number;
  /** How many another execution of the run has left, before a reset. */
  foreign: number;
  sign(checkpoint: JudgedCheckpoint): Promise<Candidate>;
}

/** All checkpoints of a node, over all attempts, that S3 has as their manifests say. */
export async function findCandidates(
  { store, settings }: Pick<ActivityDeps, 'store' | 'settings'>,
  run: RunRef,
  node: number,
  lineage: Lineage | undefined,
  signal: AbortSignal,
): Promise<Offer> {
  const lists = (await listRun(store, settings.prefix, run, signal)).filter((list) => list.node === node);
  const all: [JudgedCheckpoint, NodeCheckpoints][] = [];
  const look = newLook();
  for (const list of lists.reverse()) {
    for (const checkpoint of list.checkpoints.sort(newestFirst)) {
      all.push([await judgeCheckpoint(store, checkpoint, list, look, lineage, signal), list]);
    }
  }
  const of = (kind: JudgedCheckpoint['kind']): JudgedCheckpoint[] =>
    all
      .map(([judged]) => judged)
      .filter((judged) => judged.kind === kind)
      .sort(newestFirst);
  const damaged = [...of('damaged'), ...of('unknown')].sort(newestFirst);
  const sign = (key: string): Promise<string> => store.presignGet(key, { expiresSeconds: URL_SECONDS });
  return {
    judged: [...of('good'), ...of('suspect')],
    damaged: damaged.map(({ key, why = '' }) => ({ key, why })),
    leftOut: of('failed').length,
    foreign: of('foreign').length,
    sign: async (judged) => {
      const list = all.find(([one]) => one === judged)?.[1];
      const partUrls: Record<string, string> = {};
      for (const sha256 of judged.facts?.parts.keys() ?? []) {
        const part = list?.parts.get(sha256);
        if (part) partUrls[sha256] = await sign(part.key);
      }
      const { key, attempt, facts } = judged;
      return {
        key,
        step: facts?.step ?? null,
        attempt,
        ...(facts?.number === undefined ? {} : { number: facts.number }),
        ...(facts?.suspect === undefined ? {} : { suspect: facts.suspect }),
        manifestUrl: await sign(key),
        partUrls,
      };
    },
  };
}
