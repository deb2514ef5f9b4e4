import { readFileSync } from 'node:fs';
import path from 'node:path';
import { flat, numberOf, readLine, stepOf } from '../../client/metric-lines';

interface Example {
  line: string;
  numbers?: Record<string, unknown>;
  step?: number | null;
  fault?: string;
}

const TABLE = JSON.parse(
  readFileSync(path.join(__dirname, '../support/metrics-lines.json'), 'utf8'),
) as unknown as Example[];

test.each(TABLE)('reads $line as the agent does', ({ line, numbers, step = null, fault }) => {
  const read = readLine(line);
  if ('why' in read) {
    expect([numbers, read.why.split(':')[0]]).toEqual([undefined, fault]);
    return;
  }
  const shown = Object.entries(read.values).flatMap(([name, value]) => {
    const number = name === 'step' ? undefined : numberOf(value);
    return number === undefined ? [] : [[name, number]];
  });
  expect(shown.sort()).toEqual(Object.entries(numbers ?? {}).sort());
  expect(stepOf(read.values) ?? null).toBe(step);
});

test('what lies too deep or is too long stays what it is, in strict JSON', () => {
  const long = Array.from({ length: 17 }, (_, i) => (i === 3 ? Number.POSITIVE_INFINITY : i));
  expect(JSON.stringify(flat({ long }))).toBe('{"long":[0,1,2,"Infinity",4,5,6,7,8,9,10,11,12,13,14,15,16]}');
});

test('a huge line costs no more than its first values', () => {
  const row = Object.fromEntries(Array.from({ length: 9000 }, (_, i) => [`n${i}`, { x: i }]));
  expect(Object.keys(flat(row))).toHaveLength(4096);
});
