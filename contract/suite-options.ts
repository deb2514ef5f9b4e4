import type { SpecFault } from './run/spec';
import { nearest } from './suggest';
import { unknownKeyWords } from './unknown-key';

/** What a suite may be told, by the CLI, a Schedule, or a person in the Temporal UI. */
export interface SuiteOptions {
  /** Names of scenarios. Default: all. */
  only?: string[];
  /** Dollars. A scenario whose estimate no longer fits is not begun. Default 3. */
  maxUsd?: number;
  /** How many scenarios run side by side. Default 2. */
  parallel?: number;
  /** When the webhook of the settings is told. Default `failure`. */
  notify?: SuiteNotify;
  /** After how many failures in a row the Schedule that has started it is paused. Default 3. */
  pauseAfter?: number;
}

export type SuiteNotify = (typeof SUITE_NOTIFY)[number];

export const SUITE_NOTIFY = ['failure', 'always', 'never'] as const;

export const SUITE_DEFAULTS = {
  maxUsd: 3,
  parallel: 2,
  notify: 'failure',
  pauseAfter: 3,
} as const satisfies SuiteOptions;

/** The most that anybody can mean: more is a slip of the finger. */
export const SUITE_MOST = { maxUsd: 1000, parallel: 20, pauseAfter: 100 } as const;

/** So many names or faults are looked at. */
const MANY = 50;

const KEYS = ['only', 'maxUsd', 'parallel', 'notify', 'pauseAfter'];

/**
 * Reads what somebody typed; nothing at all and `null` are all scenarios.
 * @param known names of the scenarios that there are, in their order
 * @returns the options with all that was not said, `only` in the order of `known`; and every fault
 */
export function checkSuiteOptions(
  value: unknown,
  known: readonly string[],
): { options: Required<SuiteOptions>; faults: SpecFault[] } {
  const faults: SpecFault[] = [];
  const fault = (path: string, message: string): void => void faults.push({ path, message });
  const options: Required<SuiteOptions> = { only: [...known], ...SUITE_DEFAULTS };
  if (value === undefined || value === null) return { options, faults };
  if (typeof value !== 'object' || Array.isArray(value)) {
    fault('', `options are an object such as {"only": ["${known[0] ?? 'name'}"], "maxUsd": 3}, not ${kindOf(value)}`);
    return { options, faults };
  }
  const said = value as Record<string, unknown>;
  const siblings = KEYS.map((name) => ({ name, shown: name }));
  for (const key of Object.keys(said).slice(0, MANY))
    if (!KEYS.includes(key)) fault(key.slice(0, 80), unknownKeyWords(key.slice(0, 80), siblings, []));
  const { only, maxUsd, notify } = said;
  if (only !== undefined && only !== null) options.only = readOnly(only, known, fault);
  if (maxUsd !== undefined && maxUsd !== null) {
    if (isBetween(maxUsd, 0, SUITE_MOST.maxUsd) && maxUsd > 0) options.maxUsd = maxUsd;
    else fault('maxUsd', `${shown(maxUsd)} is no amount of dollars above 0, and of at most ${SUITE_MOST.maxUsd}`);
  }
  for (const name of ['parallel', 'pauseAfter'] as const) {
    const number = said[name];
    if (number === undefined || number === null) continue;
    if (isBetween(number, 1, SUITE_MOST[name]) && Number.isInteger(number)) options[name] = number;
    else fault(name, `${shown(number)} is no whole number from 1 to ${SUITE_MOST[name]}`);
  }
  if (notify !== undefined && notify !== null) {
    const found = SUITE_NOTIFY.find((one) => one === notify);
    if (found) options.notify = found;
    else fault('notify', `${shown(notify)} is none of ${SUITE_NOTIFY.join(', ')}`);
  }
  return { options, faults };
}

function readOnly(only: unknown, known: readonly string[], fault: (path: string, message: string) => void): string[] {
  const names = typeof only === 'string' ? [only] : only;
  if (!Array.isArray(names)) {
    fault('only', `${shown(only)} is no list of scenarios`);
    return [];
  }
  if (names.length === 0) fault('only', 'names no scenario: leave it out for all of them');
  if (names.length > MANY) fault('only', `names ${names.length} scenarios: there are ${known.length}`);
  for (const [i, name] of names.slice(0, MANY).entries()) {
    if (typeof name === 'string' && known.includes(name)) continue;
    const near = typeof name === 'string' ? nearest(name, known) : undefined;
    const there = near === undefined ? `there are ${known.join(', ')}` : `did you mean ${near}?`;
    fault(`only[${i}]`, `${shown(name)} is no scenario: ${there}`);
  }
  return known.filter((name) => names.includes(name));
}

/** One error's words for faults: `the suite's options have 2 faults:` and a line each. */
export function suiteFaultWords(faults: readonly SpecFault[]): string {
  const lines = faults.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`));
  if (lines.length === 1) return `the suite's options have a fault: ${lines[0]}`;
  return `the suite's options have ${lines.length} faults: ${lines.join('; ')}`;
}

const isBetween = (value: unknown, least: number, most: number): value is number =>
  typeof value === 'number' && Number.isFinite(value) && value >= least && value <= most;

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  return shown(value);
}

function shown(value: unknown): string {
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object';
  return typeof value === 'string' ? JSON.stringify(value.slice(0, 60)) : String(value);
}
