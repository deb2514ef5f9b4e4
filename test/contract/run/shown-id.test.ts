import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { idsMeant, isChosenId, isRunId, runWord, shownId } from '../../../contract';

/** All that Temporal takes, with what is awkward in it often. */
const anyId = fc
  .array(
    fc.oneof(fc.constantFrom(...'\0\u001b\n\t\r \\u{}`\'"$-./:%~😀é\u202e\u200b\u3164'), fc.string({ unit: 'binary' })),
    {
      minLength: 1,
    },
  )
  .map((parts) => parts.join(''))
  .filter(isRunId);

describe('isRunId', () => {
  it.each([
    ['nightly-2026-11-27T03:00:00Z', true],
    ['..', true],
    [' ', true],
    ['x'.repeat(1000), true],
    ['x'.repeat(1001), false],
    [`${'训'.repeat(333)}x`, true],
    [`${'训'.repeat(333)}xy`, false],
    ['half \ud800', false],
    ['', false],
  ])('%j: %p, as Temporal does', (id, taken) => {
    expect(isRunId(id)).toBe(taken);
  });
});

it('chosen are ids that need no quotes: also those of Schedules', () => {
  for (const id of ['digits-7k2f', 'nightly-2026-11-27T03:00:00Z']) expect(isChosenId(id)).toBe(true);
  for (const id of ['-x', 'a/b', 'a..b', 'a b', '', 'x'.repeat(101)]) expect(isChosenId(id)).toBe(false);
});

describe('shownId', () => {
  it('leaves alone what can be seen', () => {
    for (const id of ['nightly-2026-11-27T03:00:00Z', 'my run', 'a/../b', '训练😀é']) expect(shownId(id)).toBe(id);
  });

  it('is one line that no terminal obeys, and the run is found by it', () => {
    expect(shownId(' -\u001b[31m\n\\ ')).toBe('\\u{20}-\\u{1b}[31m\\u{a}\\\\\\u{20}');
    expect(shownId('--json')).toBe('\\u{2d}-json');
    fc.assert(
      fc.property(anyId, (id) => {
        const shown = shownId(id);
        expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|^-|^ | $/u);
        expect(idsMeant(shown)).toContain(id);
        expect(idsMeant(id)).toContain(id);
      }),
    );
  });

  it('means nothing by what is no id', () => {
    expect(idsMeant('')).toEqual([]);
    expect(idsMeant('x'.repeat(1001))).toEqual([]);
    expect(idsMeant('\\u{ffffff}')).toEqual(['\\u{ffffff}']);
    expect(idsMeant('a\\u{20}')).toEqual(['a\\u{20}', 'a ']);
  });
});

it('runWord is one word to a shell, which says what is shown', () => {
  expect(runWord('nightly-2026-11-27T03:00:00Z')).toBe('nightly-2026-11-27T03:00:00Z');
  expect(runWord("it's $(here)")).toBe("'it'\\''s $(here)'");
  const ids = fc.sample(anyId, 50);
  const { stdout } = spawnSync('bash', ['-c', `printf '%s\\n' ${ids.map(runWord).join(' ')}`], { encoding: 'utf8' });
  expect(stdout.split('\n').slice(0, -1)).toEqual(ids.map(shownId));
});
