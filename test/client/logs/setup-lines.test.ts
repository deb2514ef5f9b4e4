import { SegmentReader } from '../../../client';
import type { LoggedRun } from '../../../client/logs/run-log';
import { SetupLines } from '../../../client/logs/setup-lines';
import { nodePrefix, segmentName } from '../../../contract';
import { MemoryObjects } from '../support/memory-objects';
import { attempt, stage, view } from '../support/status-fixture';

const objects = new MemoryObjects();
const written = new Map<number, number>();
/** The agent sends what a tool has written. */
function write(number: number, text: string): void {
  const from = written.get(number) ?? 0;
  const end = from + Buffer.byteLength(text);
  objects.set(`${nodePrefix('', 'key', number, 0)}setup/${segmentName(from, end)}`, Buffer.from(text));
  written.set(number, end);
}

const run: LoggedRun = {
  attemptsOf: async (seen) => seen.attemptCount,
  live: async () => undefined,
  log: () => fail('log'),
  metrics: () => fail('metrics'),
  setup: (number) => new SegmentReader(objects, { prefix: '', runKey: 'key', attempt: number, node: 0, kind: 'setup' }),
};
function fail(what: string): never {
  throw new Error(`the ${what} is not asked for`);
}

const launching = { stages: [stage('launch', 0)] };
const installing = { stages: [stage('launch', 0, 1), stage('setup', 1)] };
const training = { stages: [stage('launch', 0, 1), stage('setup', 1, 9), stage('train', 9)] };

test('lines come as they are written, attempt after attempt, and nobody looks where nothing can be', async () => {
  const lines = new SetupLines(run);
  const read = async (...attempts: object[]): Promise<string[]> => {
    const found: string[] = [];
    const seen = view({ attemptCount: attempts.length, attempts: attempts.map((a, i) => attempt(i + 1, a)) });
    for await (const { attempt: number, line } of lines.readAvailable(seen)) found.push(`${number} ${line}`);
    return found;
  };
  expect(await read(launching)).toEqual([]);
  expect(objects.lists).toEqual([]);
  write(1, 'one\ntw');
  expect(await read(installing)).toEqual(['1 one']);
  expect(lines.standing).toEqual({ attempt: 1, line: 'tw' });
  write(1, 'o\nlast');
  expect(await read(installing)).toEqual(['1 two']);
  expect(lines.standing).toEqual({ attempt: 1, line: 'last' });
  expect(await read(training)).toEqual(['1 last']);
  expect(lines.standing).toBeUndefined();
  const looks = objects.lists.length;
  expect(await read(training)).toEqual([]);
  expect(objects.lists).toHaveLength(looks);
  write(2, 'again\n');
  const lost = { ...training, ended: 'interrupted' as const };
  expect(await read(lost, installing)).toEqual(['2 again']);
});
