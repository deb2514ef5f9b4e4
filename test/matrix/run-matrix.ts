import { copyFileSync } from 'node:fs';
import path from 'node:path';
import type { CellResult, World } from './cell/result';
import { runCell } from './cell/run';
import { INPUT_KEY, WORD } from './cell/scenario';
import type { Cell } from './plan/cells';
import type { Lane } from './world/lane';
import type { LocalCloud } from './world/local-cloud';
import { Servers } from './world/servers';

export interface MatrixOptions {
  /** Cells at once that share a worker. Default 5. */
  together?: number;
  /** Workers with one cell at a time. Default 3. */
  alone?: number;
  onResult?: (result: CellResult, done: number) => void;
}

/** The worker of some is killed; a pass of the reconciler looks at all that its namespace has launched. */
const needsOwnLane = ({ fault, scenario }: Cell): boolean => fault === 'killed' || scenario === 'terminated';

/** Runs the cells on a dev server and a local cloud of their own. Answers in the order of `cells`. */
export async function runMatrix(cells: readonly Cell[], options: MatrixOptions = {}): Promise<CellResult[]> {
  const { together = 5, alone = 3, onResult } = options;
  const own = cells.filter(needsOwnLane);
  const sharing = cells.filter((c) => !needsOwnLane(c));
  const namespaces = Array.from({ length: Math.min(alone, own.length) }, (_, n) => `alone-${n}`);
  const servers = await Servers.start(namespaces);
  try {
    const { cloud, store, webhook } = servers;
    await store.put(INPUT_KEY, `${WORD}\n`);
    const snapshot = await servers.snapshotOf((dir) =>
      copyFileSync(path.join(__dirname, 'cell/train.sh'), path.join(dir, 'train.sh')),
    );
    const world: World = { cloud, store, webhook, snapshot };

    const results = new Map<Cell, CellResult>();
    const work = async (lane: Lane, queue: Cell[]): Promise<void> => {
      for (let cell = queue.shift(); cell; cell = queue.shift()) {
        const result = await runCell(cell, lane, world);
        results.set(cell, result);
        onResult?.(result, results.size);
      }
    };
    const shared = servers.lane('default');
    await Promise.all([
      ...Array.from({ length: together }, () => work(shared, sharing)),
      ...namespaces.map((namespace) => work(servers.lane(namespace), own)),
    ]);

    await lookAgain(results, cloud);
    return cells.flatMap((cell) => results.get(cell) ?? []);
  } finally {
    await servers.close();
  }
}

/** What a hung activity did late, after its run had ended, must not have left anything either. */
async function lookAgain(results: Map<Cell, CellResult>, cloud: LocalCloud): Promise<void> {
  for (const [cell, result] of results) {
    const now = await cloud.leftovers(cell.id);
    const late = now.filter((thing) => !result.leftovers.includes(thing));
    result.leftovers.push(...late);
    if (late.length > 0) result.problems.push(`left over at the end of all cells: ${late.join(', ')}`);
  }
}
