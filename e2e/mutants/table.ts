import type { Mutant } from './mutant';

const BEGIN = '<!-- mutants: written by npm run e2e:mutants -->';
const END = '<!-- /mutants -->';
const HEAD = ['| breakage | a product that … | is caught by | at its step |', '|---|---|---|---|'];

const row = ({ name, breaks, scenario, step }: Mutant): string =>
  `| \`${name}\` | ${breaks} | ${scenario} | ${step.replaceAll('|', '\\|')} |`;

const nameOf = (line: string): string | undefined => /^\| `([^`]+)` \|/.exec(line)?.[1];

/**
 * The document with the table of what was caught: what was tried now is put in or taken out, and of what was not tried now the lines
 * stay, as long as there is such a mutant.
 */
export function withTable(document: string, all: readonly Mutant[], caught: ReadonlyMap<string, boolean>): string {
  const begin = document.indexOf(BEGIN);
  const end = document.indexOf(END);
  if (begin < 0 || end < begin) throw new Error(`docs/e2e.md has no place for the table: ${BEGIN} … ${END}`);
  const before = document.slice(begin + BEGIN.length, end).split('\n');
  const known = new Map(before.flatMap((line) => (nameOf(line) ? [[nameOf(line), line] as const] : [])));
  const rows = all.flatMap((mutant) => {
    const now = caught.get(mutant.name);
    if (now !== undefined) return now ? [row(mutant)] : [];
    const line = known.get(mutant.name);
    return line === undefined ? [] : [line];
  });
  return `${document.slice(0, begin)}${[BEGIN, ...HEAD, ...rows, END].join('\n')}${document.slice(end + END.length)}`;
}
