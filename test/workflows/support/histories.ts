import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import type { WorkflowHandle } from '@temporalio/client';
import type { FakeWorld } from '../../support/fake-world';
import { temporalCli } from '../../support/servers';
import { Stage } from './stage';

const folder = path.resolve(__dirname, '../../histories');
const fileOf = (shape: string): string => path.join(folder, `${shape}.json`);

/** One of `test/histories/`, as `temporal workflow show --output json` writes it. */
export interface RecordedHistory {
  shape: string;
  text: string;
}

export const recordedHistories = (): RecordedHistory[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => path.parse(name).name)
    .map((shape) => ({ shape, text: readFileSync(fileOf(shape), 'utf8') }));

/** A run of one shape, from its start to its end. Its workflow id is the name of the shape. */
export type Shape = (stage: Stage, world: FakeWorld, shape: string) => Promise<WorkflowHandle>;

/**
 * Records the histories that replay.test.ts replays. `RECORD=1` makes those that are missing; `RECORD=all` makes them all
 * anew, which is right only after a change that is meant to be incompatible: histories of released versions stay.
 */
export function recordShapes(shapes: Record<string, Shape>): void {
  const { RECORD } = process.env;
  const wanted = Object.keys(shapes).filter((shape) => RECORD === 'all' || !existsSync(fileOf(shape)));
  if (!RECORD || wanted.length === 0) {
    it('has recorded each shape', () => {
      const recorded = recordedHistories().map(({ shape }) => shape);
      expect(recorded).toEqual(expect.arrayContaining(Object.keys(shapes)));
    });
    return;
  }
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.open('real');
  });
  afterAll(() => stage?.close());

  it.each(wanted)(
    'records %s',
    async (shape) => {
      const handle = await shapes[shape]?.(stage, stage.fresh(), shape);
      if (handle) await record(stage, handle);
    },
    120_000,
  );
}

/** By the CLI, because its JSON is what the SDK reads back (JSON.stringify of a fetched history is not). */
async function record(stage: Stage, { workflowId }: WorkflowHandle): Promise<void> {
  const args = ['workflow', 'show', '--workflow-id', workflowId, '--output', 'json', '--address', stage.env.address];
  const { stdout } = await promisify(execFile)(await temporalCli(), args, { maxBuffer: 64 << 20 });
  // Who recorded it, and where, is nobody's business.
  const scrubbed = stdout
    .replace(/"\d+@[^"]*"/g, '"recorder"')
    .replace(/\/[^"\s(]*\/node_modules\//g, 'node_modules/')
    .replaceAll(process.cwd(), '.');
  await writeFile(fileOf(workflowId), scrubbed);
}
