import { shorten } from './texts';

/** Of a name that somebody chose. Characters. */
const LONGEST_NAME = 60;

/** The answer to a signal that nobody here takes. */
export function noSuchSignal(name: string, known: readonly string[]): string {
  const shown = JSON.stringify(shorten(String(name), LONGEST_NAME));
  return known.length === 0
    ? `there is no signal ${shown}: this workflow takes none`
    : `there is no signal ${shown}; a run takes ${known.join(', ')}`;
}
