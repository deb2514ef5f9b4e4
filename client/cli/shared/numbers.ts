import { TrainctlError } from '../..';

/** A text that an option was given, if it was, and what reads it. */
type Given<T> = [text: string | undefined, read: (text: string) => T];

/** The values of several options. Says all that is wrong with them, and not only with the first. */
export function valuesOf<T extends object>(given: { [K in keyof T]: Given<T[K]> }): Partial<T> {
  const values: Partial<T> = {};
  const faults: TrainctlError[] = [];
  for (const name of Object.keys(given) as (keyof T)[]) {
    const [text, read] = given[name];
    try {
      if (text !== undefined) values[name] = read(text);
    } catch (error) {
      if (!(error instanceof TrainctlError) || error.code !== 'usage') throw error;
      faults.push(error);
    }
  }
  if (faults.length === 1) throw faults[0];
  if (faults.length === 0) return values;
  const all = faults.map(({ message }) => `\n  ${message}`).join('');
  throw new TrainctlError('usage', `the command line has faults:${all}`);
}

/** A whole number of an option, from 1. */
export function wholeNumber(option: string, text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < 1) {
    throw new TrainctlError('usage', `${option}: "${text}" is not a whole number from 1`);
  }
  return value;
}

/** Dollars of an option: `5`, `+5`, `$2.50`. */
export function dollars(option: string, text: string): number {
  const match = /^\+?\$?(\d+(?:\.\d+)?)$/.exec(text.trim());
  if (!match) throw new TrainctlError('usage', `${option}: "${text}" is not an amount (try +5 or 2.50)`);
  return Number(match[1]);
}
