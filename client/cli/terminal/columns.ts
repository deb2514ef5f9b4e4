import { width } from './text';

/** One long cell must not push every other row apart: what is wider is cut on a terminal, and sticks out in a pipe. */
const WIDEST = 80;

/** The least that is left of a column that is shortened. */
const LEAST = 8;

export interface Fitted {
  /** Which columns are shown, and how wide. */
  kept: { at: number; room: number }[];
  /** To how many columns cells of the first are cut. */
  first: number;
}

/**
 * Which columns of a table fit into so many, when those of `spare` may be left out, the first named first; of the last column
 * its beginning is kept where there is room for it. Without `spare` all stay, and lines are cut at their end.
 */
export function columnsThatFit(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  spare: readonly string[],
  columns = Number.POSITIVE_INFINITY,
): Fitted {
  const pipe = columns === Number.POSITIVE_INFINITY;
  const room = (cell: string, at: number): number => {
    const wide = width(cell);
    return at > 0 || wide <= WIDEST ? wide : pipe ? 0 : WIDEST;
  };
  let kept = head.map((cell, at) => ({
    at,
    room: Math.max(room(cell, at), ...rows.map((row) => room(row[at] ?? '', at))),
  }));
  const total = (): number => kept.reduce((sum, { room }) => sum + room + 2, -2);
  const [named] = kept;
  const wide = named?.room ?? 0;
  const over = (): number => total() - columns;
  for (const name of spare) {
    const last = kept[kept.length - 1];
    const shortened = last !== undefined && head[last.at] === name && last.room - over() >= LEAST;
    if (over() <= 0 || shortened) break;
    kept = kept.filter(({ at }) => head[at] !== name);
  }
  const tooWide = spare.every((name) => !kept.some(({ at }) => head[at] === name)) ? over() : 0;
  const first = spare.length > 0 && tooWide > 0 ? Math.min(wide, Math.max(LEAST, wide - tooWide)) : wide;
  return {
    kept: kept.map((one) => (one.at === 0 ? { at: 0, room: first } : one)),
    first: pipe ? Number.POSITIVE_INFINITY : first,
  };
}
