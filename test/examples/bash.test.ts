import path from 'node:path';
import { lastLine, removeWorkplaces, Workplace } from './support/script';

const SCRIPT = path.resolve(__dirname, '../../examples/bash/train.sh');

afterEach(removeWorkplaces);

test('counts the same primes with and without an interruption', async () => {
  const place = (): Workplace => new Workplace(['bash', SCRIPT], { ...process.env, PRIMES_STEPS: '30' });
  const alone = place();
  const undisturbed = await alone.run();
  expect(undisturbed).toMatchObject({ code: 0 });
  // 3,245 primes below 30,000: known, not taken from the script.
  expect(lastLine(undisturbed.output)).toBe('3245 primes below 30000, the largest 29989');
  expect(alone.metrics()).toHaveLength(30);

  const told = place();
  const first = await told.run({ end: { signal: 'SIGTERM', at: 'step 10/' } });
  expect(first.code).toBe(143);
  const step = Number(/told to end: step (\d+) is saved/.exec(first.output)?.[1]);
  const second = await told.run({ resume: true });
  expect(second.output).toContain(`going on from step ${step}`);
  expect(lastLine(second.output)).toBe(lastLine(undisturbed.output));
  expect(told.output('primes.txt').toString()).toBe(alone.output('primes.txt').toString());
  expect(told.metrics().map((line) => line.step)).toEqual(alone.metrics().map((line) => line.step));
});
