import { type KnownKey, unknownKeyWords } from '../../contract';

const LIMITS = ['maxDuration', 'maxCostUsd', 'capacityWait', 'lease'];
const bare = (names: string[]): KnownKey[] => names.map((name) => ({ name, shown: name }));
const full = (...paths: string[]): KnownKey[] => paths.map((shown) => ({ name: shown.split('.').at(-1) ?? '', shown }));
const said = (key: string, siblings: string[], ...elsewhere: string[]): string =>
  unknownKeyWords(key, bare(siblings), full(...elsewhere));

test.each([
  ['maxDuraton', 'maxDuration'],
  ['maxDurationSeconds', 'maxDuration'],
  ['duration', 'maxDuration'],
  ['cost', 'maxCostUsd'],
  ['max-cost', 'maxCostUsd'],
  ['leases', 'lease'],
])('%p means its sibling %p', (key, meant) =>
  expect(said(key, LIMITS, 'hold.for')).toBe(`is not a known key; did you mean "${meant}"?`),
);

test.each([
  ['zone', 'resources.zones'],
  ['max_cost_usd', 'limits.maxCostUsd'],
  ['maxDuratoin', 'limits.maxDuration'],
  ['duration', 'limits.maxDuration'],
])('%p is a key of another place, %p', (key, meant) =>
  expect(said(key, ['paths', 'limit'], 'resources.zones', 'limits.maxDuration', 'limits.maxCostUsd')).toBe(
    `is not a known key here; did you mean "${meant}"?`,
  ),
);

test('every place of a key is named', () => {
  expect(said('limit', ['limits', 'name'], 'outputs.limit')).toBe(
    'is not a known key; did you mean "limits" or "outputs.limit"?',
  );
  expect(said('dir', ['paths'], 'code.dir', 'dirs', 'checkpoints.dir')).toBe(
    'is not a known key here; did you mean "code.dir" or "checkpoints.dir"?',
  );
  expect(said('env', ['paths'], 'env')).toBe('is not a known key here; did you mean "env" at the top level?');
});

test.each(['foo', 'max', 'race', 'parts', 'mode', 'x', '', 'maxDuration'.repeat(1000)])('%p means nothing', (key) =>
  expect(said(key, LIMITS, 'hold.for', 'checkpoints.grace', 'outputs.paths', 'code.none')).toBe(
    `is not a known key; known here: ${LIMITS.join(', ')}`,
  ),
);
