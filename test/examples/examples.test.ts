import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { parseRunSpec } from '../../contract/schema';

const EXAMPLES = path.resolve(__dirname, '../../examples');
const names = readdirSync(EXAMPLES, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);
const read = (...parts: string[]): string => readFileSync(path.join(EXAMPLES, ...parts), 'utf8');

test('there are five', () => expect(names.sort()).toEqual(['bash', 'digits', 'huggingface', 'lightning', 'pytorch']));

describe.each(names)('%s', (name) => {
  const written = parse(read(name, 'trainctl.yaml')) as Record<string, unknown>;

  test('has a valid spec, once its folder is uploaded', () => {
    expect(parseRunSpec({ ...written, code: { snapshot: 'a'.repeat(64) } }, { instanceTypes: [] })).toMatchObject({
      ok: true,
    });
  });

  test('has a spec that editors find right', () => {
    const schema = JSON.parse(readFileSync(path.resolve(EXAMPLES, '../schema/run.v1.json'), 'utf8'));
    expect(z.fromJSONSchema(schema).safeParse(written)).toMatchObject({ success: true });
  });

  test('is described', () =>
    expect(read(name, 'README.md')).toMatch(new RegExp(`trainctl run examples/${name}$`, 'm')));

  test('is limited in time and money', () => {
    expect(written.limits).toMatchObject({ maxDuration: expect.anything(), maxCostUsd: expect.any(Number) });
  });

  test('has scripts that Python 3.8 and bash can read', () => {
    for (const file of readdirSync(path.join(EXAMPLES, name))) {
      const full = path.join(EXAMPLES, name, file);
      if (file.endsWith('.sh')) execFileSync('bash', ['-n', full]);
      if (!file.endsWith('.py')) continue;
      const check = 'import ast, sys; ast.parse(open(sys.argv[1]).read(), feature_version=(3, 8))';
      execFileSync('python3', ['-c', check, full], { stdio: 'pipe' });
    }
  });
});

test('the digits are the ones of the UCI repository, and the script knows them', () => {
  const csv = read('digits', 'data', 'digits.csv');
  const rows = csv
    .trim()
    .split('\n')
    .map((row) => row.split(',').map(Number));
  expect(rows).toHaveLength(1797);
  expect(rows.every((row) => row.length === 65 && row.slice(0, 64).every((pixel) => pixel >= 0 && pixel <= 16))).toBe(
    true,
  );
  // How often each digit occurs in optdigits.tes, from the data set's own description (optdigits.names).
  const counts = Array.from({ length: 10 }, (_, digit) => rows.filter((row) => row[64] === digit).length);
  expect(counts).toEqual([178, 182, 177, 183, 181, 182, 181, 179, 174, 180]);
  expect(read('digits', 'train.py')).toContain(createHash('sha256').update(csv).digest('hex'));
  expect(read('digits', 'data', 'SOURCE.md')).toMatch(/doi\.org\/10\.24432\/C50P49[\s\S]*CC BY 4\.0/);
});
