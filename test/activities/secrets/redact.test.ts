import { redact } from '../../../activities/secrets/redact';

test('the longest value goes first, so that no part of it stays', () => {
  expect(redact('x abcdef abcdefgh', { SHORT: 'abcdef', LONG: 'abcdefgh' })).toBe('x [SHORT] [LONG]');
  expect(redact('a=1', { ONE: '1' })).toBe('a=1');
});
