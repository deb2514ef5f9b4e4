import { TrainctlError } from '../..';

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
