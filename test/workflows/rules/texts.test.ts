import fc from 'fast-check';
import { utf8Length } from '../../../contract';
import { clampTime, fitBytes, lastLines, shorten } from '../../../workflows/rules/texts';

const anyText = fc.string({ unit: 'grapheme', maxLength: 200 });

it('utf8Length counts as the encoder does', () => {
  fc.assert(fc.property(anyText, (text) => expect(utf8Length(text)).toBe(Buffer.byteLength(text))));
});

it('fitBytes gives a beginning that fits', () => {
  fc.assert(
    fc.property(anyText, fc.integer({ min: 3, max: 300 }), (text, bytes) => {
      const fitted = fitBytes(text, bytes);
      expect(Buffer.byteLength(fitted)).toBeLessThanOrEqual(bytes);
      expect(fitted === text || text.startsWith(fitted.slice(0, -1))).toBe(true);
    }),
  );
});

it('lastLines gives whole last lines that fit', () => {
  expect(lastLines('a\nb\nc\n', 100)).toBe('a\nb\nc');
  expect(lastLines('first line\nsecond\nthird', 16)).toBe('second\nthird');
  expect(lastLines('x'.repeat(50), 10)).toBe(`…${'x'.repeat(9)}`);
  fc.assert(
    fc.property(anyText, fc.integer({ min: 2, max: 80 }), (t, max) =>
      expect(lastLines(t, max).length).toBeLessThanOrEqual(max),
    ),
  );
});

it('shorten keeps the limit', () => {
  expect(shorten('abcdef', 4)).toBe('abc…');
  expect(shorten('abc', 4)).toBe('abc');
});

it('clampTime keeps a foreign clock between ours', () => {
  const at = (text?: string): number => clampTime(text, 1000, 2000);
  expect([at('1970-01-01T00:00:01.500Z'), at('1970-01-01T00:00:00Z'), at('2030-01-01'), at('never'), at()]).toEqual([
    1500, 1000, 2000, 2000, 2000,
  ]);
});
