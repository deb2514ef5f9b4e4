import { pickZones } from '../../../activities/resolve/zones';

test('zones: those that offer the type and that spec and subnets allow; every fault named', () => {
  const offered = new Map([
    ['g5.xlarge', ['a', 'b']],
    ['c5.large', ['c']],
  ]);
  const pick = (types: string[], wanted: string[] = [], subnets?: string[]) =>
    pickZones('r', { instanceTypes: types, zones: wanted }, offered, subnets && new Set(subnets));
  expect(pick(['g5.xlarge', 'c5.large'], ['a', 'c'])).toEqual({
    zones: { 'g5.xlarge': ['a'], 'c5.large': ['c'] },
    faults: [],
  });
  expect(pick(['g5.xlarge', 'c5.large'], ['a']).zones).toEqual({ 'g5.xlarge': ['a'] });
  expect(pick(['g5.xlarge'], [], ['b']).zones).toEqual({ 'g5.xlarge': ['b'] });
  expect(pick(['nope.large', 'g5.xlarge'], [], ['c']).faults).toEqual([
    { path: 'resources.instanceTypes[0]', message: 'no zone of r offers nope.large' },
    { path: 'resources.instanceTypes[1]', message: expect.stringContaining('no subnet there') },
  ]);
  expect(pick(['g5.xlarge'], ['c']).faults).toEqual([
    { path: 'resources.zones', message: 'c: g5.xlarge can be launched in a, b' },
  ]);
});
