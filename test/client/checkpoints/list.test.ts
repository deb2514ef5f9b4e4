import { listCheckpoints } from '../../../client';
import { manifestName, nodePrefix } from '../../../contract';
import { MemoryObjects } from '../support/memory-objects';

const RUN = '0123456789abcdef';
const PART = 'a'.repeat(64);
const node = (attempt: number): string => nodePrefix('', RUN, attempt, 0);
const keyOf = (attempt: number, number: number): string => node(attempt) + manifestName(number);

let objects: MemoryObjects;
beforeEach(() => {
  objects = new MemoryObjects();
  for (const attempt of [1, 2]) objects.set(`${node(attempt)}checkpoints/parts/${PART}`, 'xyz');
});

function put(attempt: number, number: number, more: object = {}, sha256 = PART): string {
  const files = [{ path: 'w', size: 3, mode: 0o644, parts: [{ sha256, bytes: 3 }] }];
  const key = keyOf(attempt, number);
  objects.set(key, JSON.stringify({ format: 1, number, step: 10, createdAt: '2026-11-30T14:03:22Z', files, ...more }));
  return key;
}

const list = () => listCheckpoints(objects, { prefix: '', runKey: RUN, attempts: 2 });

it('lists them by attempt and number, newest first, and never by step', async () => {
  put(1, 1, { step: 900 });
  put(1, 10, { step: 1000 });
  put(2, 2, { step: 7 });
  objects.set(`${node(1)}checkpoints/000000000200/half`, 'no manifest');
  const found = await list();
  expect(found.map(({ attempt, number, step }) => [attempt, number, step])).toEqual([
    [2, 2, 7],
    [1, 10, 1000],
    [1, 1, 900],
  ]);
  expect(found[0]).toEqual({
    attempt: 2,
    number: 2,
    step: 7,
    at: '2026-11-30T14:03:22Z',
    key: keyOf(2, 2),
    bytes: 3,
    files: 1,
    state: 'whole',
  });
});

it('says what of the directory one does not hold', async () => {
  put(1, 1, { leftOut: ["'pipe': a fifo, left out"] });
  put(1, 2);
  expect((await list()).map(({ number, leftOut }) => [number, leftOut])).toEqual([
    [2, undefined],
    [1, ["'pipe': a fifo, left out"]],
  ]);
});

it('says of each whether it is whole, and if it is not, why', async () => {
  put(1, 1, { suspect: 'w was open for writing', step: null });
  put(1, 2, {}, 'b'.repeat(64));
  objects.set(keyOf(1, 3), '{"format": 1, "files": [');
  put(1, 4, { files: [{ path: 'w', size: 1e308, mode: 1, parts: [] }] });
  put(1, 5, { format: 2 });
  const found = await list();
  expect(found.map(({ state, why }) => `${state}: ${why}`)).toEqual([
    'unknown: its format is 2, this release knows 1',
    'damaged: the size of "w" is none that a file can have',
    'damaged: its manifest is no JSON document',
    'damaged: part bbbbbbbbbbbb is missing',
    'suspect: w was open for writing',
  ]);
});

it('reads what an older agent wrote, whose key is its step', async () => {
  objects.set(
    keyOf(1, 431),
    JSON.stringify({ format: 1, step: 431, createdAt: '2026-11-01T00:00:00Z', files: [], dirs: [] }),
  );
  const [found] = await list();
  expect(found).toMatchObject({ step: 431, attempt: 1, state: 'whole' });
  expect(found).not.toHaveProperty('number');
});
