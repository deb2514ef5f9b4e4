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
  expect(read.fault).toBe(fault);
});

test('what lies too deep or is too long stays what it is, in strict JSON', () => {
  const long = Array.from({ length: 17 }, (_, i) => (i === 3 ? Number.POSITIVE_INFINITY : i));
  expect(JSON.stringify(flat({ long }))).toBe('{"long":[0,1,2,"Infinity",4,5,6,7,8,9,10,11,12,13,14,15,16]}');
});

test('whole numbers keep their digits', () => {
  const read = readLine(
    '{"seed": 8734987349873498734, "note": "1234567890123456789 NaN", "x": [NaN, 12345678901234567]}',
  );
  expect('values' in read && { ...read.values }).toEqual({
    seed: '8734987349873498734',
    note: '1234567890123456789 NaN',
    'x/0': 'NaN',
    'x/1': '12345678901234567',
  });
});

test('a line of more than 1 MiB is none, as on the host', () => {
  expect(readLine(`{"x": "${'y'.repeat(1024 * 1024)}"}`)).toEqual({ why: 'it is longer than 1 MiB' });
});

test('a huge line costs no more than its first values', () => {
  const row = Object.fromEntries(Array.from({ length: 9000 }, (_, i) => [`n${i}`, { x: i }]));
  expect(Object.keys(flat(row))).toHaveLength(4096);
});
