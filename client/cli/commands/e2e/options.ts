import { checkSuiteOptions, type SpecFault, SUITE_DEFAULTS, type SuiteOptions } from '../../../../contract';
import { TrainctlError } from '../../..';

/** What is said of a suite on the command line, as it was typed. */
export interface SuiteFlags {
  maxUsd?: string;
  parallel?: string;
  notify?: string;
  pauseAfter?: string;
}

const FLAGS: Record<string, string> = {
  maxUsd: '--max-usd',
  parallel: '--parallel',
  notify: '--notify',
  pauseAfter: '--pause-after',
};

/** A number as it was typed; anything else stays what it is, so that it is named as wrong. */
const numberIn = (text: string | undefined): unknown => {
  const [, digits] = /^\$?(\d+(?:\.\d+)?)$/.exec(text?.trim() ?? '') ?? [];
  return digits === undefined ? text : Number(digits);
};

/**
 * The options of a suite.
 * @param namesFlag what the names stand behind: nothing, or `--only`
 * @returns with all that was not said; and every fault, by option
 */
export function readSuiteFlags(
  names: readonly string[],
  flags: SuiteFlags,
  known: readonly string[],
  namesFlag?: string,
): { options: Required<SuiteOptions>; told: SuiteOptions; faults: SpecFault[] } {
  const said = {
    ...(names.length > 0 ? { only: [...new Set(names)] } : {}),
    ...(flags.maxUsd === undefined ? {} : { maxUsd: numberIn(flags.maxUsd) }),
    ...(flags.parallel === undefined ? {} : { parallel: numberIn(flags.parallel) }),
    ...(flags.notify === undefined ? {} : { notify: flags.notify }),
    ...(flags.pauseAfter === undefined ? {} : { pauseAfter: numberIn(flags.pauseAfter) }),
  };
  const { options, faults } = checkSuiteOptions(said, known);
  return {
    options,
    // All scenarios are those of the worker that runs it, whatever release that is.
    told: { ...said, maxUsd: options.maxUsd, parallel: options.parallel } as SuiteOptions,
    faults: faults.map(({ path, message }) => ({
      path: FLAGS[path] ?? (namesFlag !== undefined && path.startsWith('only') ? namesFlag : ''),
      message,
    })),
  };
}

/** One error for all faults of a command line; nothing when there are none. */
export function refuse(faults: readonly SpecFault[], next: string): void {
  const lines = faults.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`));
  if (lines.length === 0) return;
  const message =
    lines.length === 1 ? lines[0] : ['the command line has faults:', ...lines.map((l) => `  ${l}`)].join('\n');
  throw new TrainctlError('usage', message ?? '', { next, faults: [...faults] });
}

export const DEFAULT_MAX_USD = SUITE_DEFAULTS.maxUsd;
