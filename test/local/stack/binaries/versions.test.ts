import { atLeast } from '../../../../local/stack/binaries/versions';

test.each([
  ['1.26.4', '1.26.4', true],
  ['1.26.10', '1.26.4', true],
  ['1.9', '1.26.4', false],
  ['2.0.0', '1.26.4', true],
])('%s is at least %s: %s', (version, minimum, expected) => {
  expect(atLeast(version, minimum)).toBe(expected);
});
