import { readSecrets, secretFault } from '../../../activities/secrets/read';

test('only what is allowed and there is read, and every fault is named', () => {
  expect(readSecrets(['A_KEY'], ['A_KEY'], { A_KEY: 'v' })).toEqual({ A_KEY: 'v' });
  expect(() => readSecrets(['A_KEY', 'B_KEY'], ['B_KEY'], { A_KEY: 'v' })).toThrow(
    /A_KEY[^\n]*secrets\.allow[^\n]*\n.*B_KEY.*set B_KEY/s,
  );
  expect(secretFault('A_KEY', ['A_KEY'], { A_KEY: 'v' })).toBeUndefined();
});
