import { randomBytes } from 'node:crypto';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Client } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { createObjectStore, type ObjectStore } from '../../adapters/aws';
import { uploadSnapshot } from '../../adapters/snapshot';
import { quickBundle } from '../support/quick/bundle';
import { temporalCli } from '../support/servers';
import type { Cell } from './cells';
import { Lane } from './lane';
import { LocalCloud } from './local-cloud';
import type { WorkerSetup } from './protocol';
import { type CellResult, runCell, type World } from './run-cell';
import { INPUT_KEY, WORD } from './scenario';
import { settingsOf } from './settings';

export interface MatrixOptions {
  /** Cells at once whose worker nobody kills; they share one. Default 5. */
  together?: number;
  /** Workers that are killed, each with one cell at a time. Default 3. */
  killed?: number;
  onResult?: (result: CellResult, done: number) => void;
}

const KILL_LANE = (n: number): string => `killed-${n}`;

/** Runs the cells on a dev server and a local cloud of their own. Answers in the order of `cells`. */
export async function runMatrix(cells: readonly Cell[], options: MatrixOptions = {}): Promise<CellResult[]> {
  const { together = 5, killed = 3, onResult } = options;
  const dir = mkdtempSync(path.join(os.tmpdir(), 'tm-run-'));
  const closers: (() => Promise<unknown> | unknown)[] = [() => rmSync(dir, { recursive: true, force: true })];
  try {
    const bundle = path.join(dir, 'workflows.js');
    writeFileSync(bundle, (await quickBundle('timeouts')).code);
    const cloud = await LocalCloud.start();
    closers.push(() => cloud.close());
    const namespaces = Array.from({ length: killed }, (_, n) => KILL_LANE(n));
    const env = await TestWorkflowEnvironment.createLocal({
      server: {
        executable: { type: 'existing-path', path: await temporalCli() },
        extraArgs: namespaces.flatMap((name) => ['--namespace', name]),
      },
    });
    closers.push(() => env.teardown());
    const store = createObjectStore(settingsOf(cloud.info, { address: env.address, namespace: 'default' }));
    closers.push(() => store.close());
    const world: World = { cloud, store, snapshot: await prepareStore(store) };
    const secret = randomBytes(32).toString('hex');
    const lane = (namespace: string): Lane => {
      const temporal = { address: env.address, namespace };
      const setup: WorkerSetup = { t: 'setup', temporal, cloud: cloud.info, bundle, secret };
      const opened = new Lane(new Client({ connection: env.connection, namespace }), setup);
      closers.push(() => opened.close());
      return opened;
    };

    const results = new Map<Cell, CellResult>();
    const work = async (own: Lane, queue: Cell[]): Promise<void> => {
      for (let cell = queue.shift(); cell; cell = queue.shift()) {
        const result = await runCell(cell, own, world);
        results.set(cell, result);
        onResult?.(result, results.size);
      }
    };
    const peaceful = cells.filter((c) => c.fault !== 'killed');
    const killing = cells.filter((c) => c.fault === 'killed');
    const shared = lane('default');
    const killLanes = killing.length > 0 ? namespaces.map(lane) : [];
    await Promise.all([
      ...Array.from({ length: together }, () => work(shared, peaceful)),
      ...killLanes.map((own) => work(own, killing)),
    ]);

    await lookAgain(results, cloud);
    return cells.flatMap((cell) => results.get(cell) ?? []);
  } finally {
    for (const close of closers.reverse()) await close();
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

/** Answers the snapshot of the code. */
async function prepareStore(store: ObjectStore): Promise<string> {
  await store.ensureBucket();
  await store.put(INPUT_KEY, `${WORD}\n`);
  const code = mkdtempSync(path.join(os.tmpdir(), 'tm-code-'));
  try {
    copyFileSync(path.join(__dirname, 'train.sh'), path.join(code, 'train.sh'));
    return (await uploadSnapshot(code, store, '')).snapshot;
  } finally {
    rmSync(code, { recursive: true, force: true });
  }
}
