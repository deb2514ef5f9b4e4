import { existsSync } from 'node:fs';
import path from 'node:path';
import { inflateSync } from 'node:zlib';
import { numpyEnv } from './support/numpy';
import { lastLine, removeWorkplaces, Workplace } from './support/script';

const SCRIPT = path.resolve(__dirname, '../../examples/digits/train.py');
const STEPS = 80;

let env: NodeJS.ProcessEnv;
beforeAll(() => {
  env = { ...numpyEnv(), DIGITS_STEPS: String(STEPS), DIGITS_SAVE_STEPS: '5', DIGITS_SAVE_SECONDS: '0' };
}, 300_000);
afterEach(removeWorkplaces);

const place = (extra: NodeJS.ProcessEnv = {}): Workplace => new Workplace(['python3', SCRIPT], { ...env, ...extra });

/** Pixels of a PNG of one IDAT, and its size. */
function readPng(bytes: Buffer): { width: number; height: number; rows: Buffer } {
  expect(bytes.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
  const chunks: Record<string, Buffer> = {};
  for (let at = 8; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    chunks[bytes.subarray(at + 4, at + 8).toString()] = bytes.subarray(at + 8, at + 8 + length);
    at += 12 + length;
  }
  const { IHDR = Buffer.alloc(8), IDAT = Buffer.alloc(0) } = chunks;
  expect(chunks).toHaveProperty('IEND');
  return { width: IHDR.readUInt32BE(0), height: IHDR.readUInt32BE(4), rows: inflateSync(IDAT) };
}

test('ends with the same weights whether it was left alone, told to end, or killed', async () => {
  const alone = place();
  const undisturbed = await alone.run();
  expect(undisturbed).toMatchObject({ code: 0 });
  expect(lastLine(undisturbed.output)).toMatch(/^done: accuracy 0\.9\d* \(\d+ of 360\), weights [0-9a-f]{16}$/);
  expect(alone.metrics().map((line) => line.step)).toEqual(Array.from({ length: STEPS / 10 }, (_, i) => 10 * (i + 1)));
  expect(alone.metrics().at(-1)).toMatchObject({
    steps: STEPS,
    accuracy: expect.any(Number),
    loss: expect.any(Number),
  });
  const { width, height, rows } = readPng(alone.output('confusion.png'));
  expect(rows).toHaveLength(height * (1 + 3 * width));

  const told = place();
  const first = await told.run({ end: { signal: 'SIGTERM', at: 'step   50/' } });
  expect(first.code).toBe(143);
  const step = Number(/told to end: step (\d+) is saved/.exec(first.output)?.[1]);
  expect(step).toBeGreaterThanOrEqual(50);
  expect(step).toBeLessThan(STEPS);
  expect(told.has('outputs/model.npz')).toBe(false);
  const second = await told.run({ resume: true });
  expect(second.output).toContain(`going on from step ${step}`);
  expect(lastLine(second.output)).toBe(lastLine(undisturbed.output));
  expect(told.output('model.npz').equals(alone.output('model.npz'))).toBe(true);

  const killed = place();
  expect(await killed.run({ end: { signal: 'SIGKILL', at: 'step   50/' } })).toMatchObject({ signal: 'SIGKILL' });
  const third = await killed.run({ resume: true });
  expect(third.output).toMatch(/going on from step \d+/);
  expect(lastLine(third.output)).toBe(lastLine(undisturbed.output));
}, 240_000);

test('another seed gives another result', async () => {
  const short = { DIGITS_STEPS: '10' };
  const seeded = new Workplace(['python3', SCRIPT, '--seed', '8'], { ...env, ...short });
  const [one, two] = [await place(short).run(), await seeded.run()];
  expect(lastLine(one.output)).not.toBe(lastLine(two.output));
});

test('starts afresh when it is told that there is nothing to go on from', async () => {
  const short = place({ DIGITS_STEPS: '10' });
  await short.run();
  expect(existsSync(path.join(short.checkpoints, 'digits.npz'))).toBe(true);
  expect((await short.run()).output).toContain('starting at step 0');
});

test('a finished checkpoint only writes the outputs again', async () => {
  const short = place({ DIGITS_STEPS: '10' });
  const first = await short.run();
  const again = await short.run({ resume: true });
  expect(again.output).toContain('going on from step 10');
  expect(lastLine(again.output)).toBe(lastLine(first.output));
});
