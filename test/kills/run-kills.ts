import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { Servers } from '../matrix/world/servers';
import { type Round, roundOf } from './plan';
import { INPUT_KEY, type RoundResult, runRound, type Site } from './run-round';

export interface KillsOptions {
  rounds: number;
  seed: number;
  /** Runs at once, each with a worker of its own. Default 3. */
  together?: number;
  /** Of an undisturbed run, in seconds. Default: measured, by one for each worker. */
  length?: number;
  onRound?: (result: RoundResult, done: number) => void;
}

export interface KillsResult {
  /** Of undisturbed runs, one a worker. Seconds. */
  lengths: number[];
  results: RoundResult[];
}

/** Real hosts, S3 and Temporal; workers that are killed with -9 at random moments of their runs. */
export async function runKills(options: KillsOptions): Promise<KillsResult> {
  const { rounds, seed, together = 3, onRound } = options;
  const namespaces = Array.from({ length: Math.min(together, rounds) }, (_, n) => `kills-${n}`);
  const servers = await Servers.start(namespaces);
  try {
    const { cloud, store } = servers;
    await store.put(INPUT_KEY, 'word\n');
    const snapshot = await servers.snapshotOf((dir) => writeFileSync(path.join(dir, 'README'), 'code\n'));
    const queue: Round[] = Array.from({ length: rounds }, (_, n) => roundOf(seed, n));
    const results: RoundResult[] = [];
    const lengths: number[] = [];
    await Promise.all(
      namespaces.map(async (namespace) => {
        const lane = servers.lane(namespace);
        const site: Site = { lane, client: servers.clientOf(lane), cloud, snapshot, length: 0 };
        const length = options.length ?? (await lengthOf(namespace, site));
        lengths.push(length);
        for (let round = queue.shift(); round; round = queue.shift()) {
          const result = await runRound(round, { ...site, length });
          results.push(result);
          onRound?.(result, results.length);
        }
      }),
    );
    return { lengths, results };
  } finally {
    await servers.close();
  }
}

async function lengthOf(id: string, site: Site): Promise<number> {
  const calm: Round = { id, story: 'plain', at: 0, kills: [], allowed: ['succeeded'], attempts: 1 };
  const { seconds, problems } = await runRound(calm, site);
  if (problems.length > 0) throw new Error(`undisturbed, and yet: ${problems.join('; ')}`);
  return seconds;
}
