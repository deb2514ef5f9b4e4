import { expectEqual, expectRefused, expectThat, shown } from '../../../e2e/scenarios/checks';
import { makeClock } from '../../../e2e/scenarios/frame/clock';
import { StepFailure } from '../../../e2e/scenarios/scenario';

/** For what comes, also on a busy machine, and for what never does. */
const often = { everyMs: 1, limitMinutes: 1 };
const inVain = { everyMs: 1, limitMinutes: 0.002 };

async function failureOf(work: Promise<unknown>): Promise<StepFailure> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(StepFailure);
  return error as StepFailure;
}

test('waits for an answer, through "not yet" and errors', async () => {
  const answers = [undefined, false, new Error('away'), 7];
  const ask = async () => {
    const next = answers.shift();
    if (next instanceof Error) throw next;
    return next;
  };
  expect(await makeClock(1).until('seven', ask, often)).toBe(7);
});

test('says what was awaited in vain, and what was seen instead', async () => {
  const never = makeClock(1).until('the end', () => false as const, { ...inVain, seen: () => 'it trains' });
  expect(await failureOf(never)).toMatchObject({ expected: 'the end', seen: 'it trains' });
  const broken = makeClock(1).until('the end', () => Promise.reject(new Error('access denied')), inVain);
  expect((await failureOf(broken)).seen).toBe('access denied');
});

test('a check that fails while waiting is not waited for', async () => {
  let looks = 0;
  const checks = makeClock(1).until('the end', () => {
    looks += 1;
    throw new StepFailure('it ended otherwise');
  });
  expect((await failureOf(checks)).message).toBe('it ended otherwise');
  expect(looks).toBe(1);
});

test('errors that stay are told, each once, and that they are over', async () => {
  const told: unknown[][] = [];
  const say = (...news: unknown[]) => void told.push(news);
  const answers = [new Error('S3 is away'), new Error('S3 is away'), new Error('EC2 is away'), false, 7];
  const ask = async () => {
    const next = answers.shift();
    if (next instanceof Error) throw next;
    return next as false | 7;
  };
  await makeClock(1, undefined, say, 0).until('seven', ask, often);
  expect(told).toEqual([['seven', 'S3 is away'], ['seven', 'EC2 is away'], ['seven']]);
});

test('an error that passes at once is no news', async () => {
  const told: unknown[] = [];
  const answers = [new Error('not there yet'), 7];
  const ask = async () => {
    const next = answers.shift();
    if (next instanceof Error) throw next;
    return next;
  };
  await makeClock(1, undefined, (what) => void told.push(what)).until('seven', ask, often);
  expect(told).toEqual([]);
});

test('waiting ends with the suite', async () => {
  const suite = new AbortController();
  const waiting = makeClock(1, suite.signal).until('the end', () => false as const, { everyMs: 60_000 });
  suite.abort(new Error('the suite was cancelled'));
  await expect(waiting).rejects.toThrow('the suite was cancelled');
});

test('checks are about values, not about texts that look alike', () => {
  expect(() => expectEqual('a', { a: 1, b: [1, { c: 2 }] }, { a: 1, b: [1, { c: 2 }] })).not.toThrow();
  expect(() => expectEqual('a', '1', 1 as unknown)).toThrow('a: not as expected');
  expect(() => expectEqual('a', { a: undefined }, {})).toThrow(StepFailure);
  expect(() => expectEqual('a', [1, 2], [2, 1])).toThrow(StepFailure);
  expect(() => expectThat('so', false, { why: 1 })).toThrow('not so: so');
});

test('of long texts the difference is shown, not what is the same', () => {
  const line = (n: number) => `step ${n} loss 0.1\n`;
  const whole = Array.from({ length: 1000 }, (_, i) => line(i)).join('');
  const short = whole.slice(0, -line(999).length);
  let failure: unknown;
  try {
    expectEqual('the log', short, whole);
  } catch (error) {
    failure = error;
  }
  const { message, expected = '', seen = '' } = failure as StepFailure;
  expect(message).toBe(`the log: not as expected, from character ${short.length} on`);
  expect(expected.endsWith(line(999))).toBe(true);
  expect(seen.endsWith(line(998))).toBe(true);
  expect(expected.length).toBeLessThan(300);
});

test('a refusal in other words is no refusal', async () => {
  const says = (text: string) => () => Promise.reject(new Error(text));
  await expectRefused('a', says('no right to the bucket'), 'no right');
  await expect(expectRefused('a', says('timeout'), /no right/)).rejects.toThrow('refused in other words');
  await expect(expectRefused('a', async () => 'done', 'no')).rejects.toThrow('not refused');
});

test('what is shown is short, and has what JSON leaves out', () => {
  expect(shown(new Set([1]))).toBe('[\n  1\n]');
  expect(shown({ loss: Number.NaN, big: 3n })).toBe('{\n  "loss": "NaN",\n  "big": "3"\n}');
  expect(shown(undefined)).toBe('undefined');
  expect(shown(Buffer.from('abc'))).toBe('3 bytes');
  expect(shown('x'.repeat(10_000)).length).toBeLessThan(4100);
});
