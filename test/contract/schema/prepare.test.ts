import { localCode, parseRunSpec } from '../../../contract/schema';

const faultsOf = (code: unknown): string[] => {
  const local = localCode(code);
  const parsed = parseRunSpec({ command: 'x', code: local?.code }, { instanceTypes: ['m5.large'] });
  const faults = [...(local?.faults ?? []), ...(parsed.ok ? [] : parsed.faults)];
  return faults.map(({ path, message }) => `${path}: ${message}`);
};

test('a folder stands alone, and what stands beside it is named for what it is', () => {
  expect(localCode({ dir: 'src' })?.dir).toBe('src');
  expect(faultsOf({ dir: 'src' })).toEqual([]);
  expect(faultsOf({ dir: 'src', ref: null })).toEqual([]);
  expect(faultsOf({ dir: 'src', git: 'https://h/x' })).toEqual(['code.git: is given beside dir; give one']);
  expect(faultsOf({ dir: 'src', foo: 1 })).toEqual([
    'code.foo: is not a known key; known here: dir, snapshot, times, git, ref, none',
  ]);
  expect(faultsOf({ dir: 5 })).toEqual(['code.dir: must be text, not a number']);
});

test.each([[undefined], [null], ['.'], [{}], [{ dir: null }], [{ none: true }]])('%j is no folder', (code) => {
  expect(localCode(code)).toBeUndefined();
});
