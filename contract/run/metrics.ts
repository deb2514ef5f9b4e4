/** A metric's value, as JSON can have it: what is no finite number is its name. */
export type MetricValue = number | 'NaN' | 'Infinity' | '-Infinity';

/** A metric that was no finite number: which, how often, and from which step to which. */
export interface NotFinite {
  name: string;
  value: Exclude<MetricValue, number>;
  /** Lines that had this value. */
  times: number;
  /** How often it became so: 1, unless there were other values in between. */
  spells: number;
  /** Counted from 1, in the metrics of its attempt. */
  firstLine: number;
  /** Null: no line had said a step. */
  firstStep: number | null;
  lastStep: number | null;
  /** The first step of the present or last spell. */
  sinceStep: number | null;
  /** It is its last value. */
  ongoing: boolean;
}

/** Lines of metrics that say nothing: no JSON object, or a step that is none. */
export interface UnreadableLines {
  lines: number;
  /** Where the first one is, counted from 1, and what is wrong with it. */
  firstLine: number;
  why: string;
}

/** How many steps a training has in all, and when it will have done them as fast as it goes now. */
export interface Outlook {
  steps?: number;
  /** ISO 8601. Absent until two steps are known, and once the last one is done. */
  etaAt?: string;
  /** Over how many seconds the pace was measured. */
  measuredSeconds?: number;
  /** The pace: seconds a step. */
  stepSeconds?: number;
}

/** What an alert is about: `alerts` of the spec, and `metrics`: lines that cannot be read. */
export type AlertKind = 'nan' | 'no-step' | 'no-checkpoint' | 'metrics';

/** What people should know of a training that goes on. */
export interface Alert {
  /** Counted from 1 in each attempt. */
  number: number;
  kind: AlertKind;
  message: string;
  /** ISO 8601. */
  at: string;
}

/** `loss NaN since step 4`, `loss was NaN at steps 4–11`. */
export function notFiniteWords(found: NotFinite): string {
  const { name, value, times, spells, ongoing, firstStep, lastStep, sinceStep, firstLine } = found;
  const from = firstStep === null ? `line ${firstLine} of its metrics` : `step ${firstStep}`;
  if (ongoing) {
    if (spells <= 1 || sinceStep === null) return `${name} ${value} since ${from}`;
    return `${name} ${value} since step ${sinceStep} (${times} times from ${from} on)`;
  }
  const often = spells <= 1 ? '' : ` ${times} times,`;
  const where = firstStep === null || firstStep === lastStep ? from : `steps ${firstStep}–${lastStep}`;
  return `${name} was ${value}${often} at ${where}`;
}

/** `3 lines of metrics could not be read, the first is line 7: it is not JSON: …`. */
export function unreadableWords({ lines, firstLine, why }: UnreadableLines): string {
  const which = lines === 1 ? 'a line of metrics' : `${lines} lines of metrics`;
  return `${which} could not be read, ${lines === 1 ? 'it is' : 'the first is'} line ${firstLine}: ${why}`;
}
