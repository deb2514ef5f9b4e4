import { readSecrets, redact, secretFault } from '../../activities/secrets';

test('only what is allowed and there is read, and every fault is named', () => {
  expect(readSecrets(['A_KEY'], ['A_KEY'], { A_KEY: 'v' })).toEqual({ A_KEY: 'v' });
  expect(() => readSecrets(['A_KEY', 'B_KEY'], ['B_KEY'], { A_KEY: 'v' })).toThrow(
    /A_KEY[^\n]*secrets\.allow[^\n]*\n.*B_KEY.*set B_KEY/s,
  );
  expect(secretFault('A_KEY', ['A_KEY'], { A_KEY: 'v' })).toBeUndefined();
});

test('the longest value goes first, so that no part of it stays', () => {
  expect(redact('x abcdef abcdefgh', { SHORT: 'abcdef', LONG: 'abcdefgh' })).toBe('x [SHORT] [LONG]');
  expect(redact('a=1', { ONE: '1' })).toBe('a=1');
});
