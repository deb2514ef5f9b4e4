import { checkpointWords } from '../../../contract';

test('a checkpoint is called by its step, else by number, attempt and time', () => {
  const at = '2026-11-30T14:03:22.512Z';
  expect(checkpointWords({ step: 600, attempt: 1, number: 3, at })).toBe('step 600');
  expect(checkpointWords({ step: 0, attempt: 1 })).toBe('step 0');
  expect(checkpointWords({ step: null, attempt: 1, number: 3, at })).toBe('checkpoint 3 of attempt 1, 14:03:22');
  expect(checkpointWords({ step: null, attempt: 2 })).toBe('a checkpoint of attempt 2');
});
