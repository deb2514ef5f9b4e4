export interface Node {
  /** `stack up`; empty for the program itself. */
  path: string;
  words: { word: string; summary: string }[];
  /** Options that a value follows: of it only files can be known. */
  valued: string[];
  /** Takes a run (any, or one that is open), or a schedule. */
  takes?: 'run' | 'open run' | 'schedule';
}

/** What prints the names of runs or schedules. Where no server answers there are none. */
export const namesOf = (takes: Node['takes'], program: string): string =>
  takes === 'schedule'
    ? `${program} schedule ls --names 2>/dev/null`
    : `${program} ls --names --limit 200${takes === 'open run' ? ' --open' : ''} 2>/dev/null`;

/** Every known path, as `case` patterns; the first word of one has a blank before it. */
export function pathPattern(nodes: Node[]): string {
  return nodes
    .filter(({ path }) => path !== '')
    .map(({ path }) => (path.includes(' ') ? `'${path}'` : `' ${path}'`))
    .join(' | ');
}
