import type { RunRecord } from './judge';

export interface SoakSummary {
  runs: number;
  faults: number;
  seed: number;
  seconds: number;
  outcomes: Record<string, number>;
  attempts: number;
  interruptions: number;
  /** Arbitrary signals, updates and queries. */
  messages: number;
  leftovers: number;
  doubleStarts: number;
  /** Runs that are not as promised for any reason. */
  problems: number;
  lostSteps: Distribution;
  runSeconds: Distribution;
  events: Distribution;
}

export interface Distribution {
  none: number;
  p50: number;
  p95: number;
  max: number;
  sum: number;
}

export function summaryOf(
  records: readonly RunRecord[],
  { faults, seed, seconds }: { faults: number; seed: number; seconds: number },
): SoakSummary {
  const sum = (of: (r: RunRecord) => number): number => records.reduce((all, r) => all + of(r), 0);
  const outcomes: Record<string, number> = {};
  for (const { outcome } of records) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  return {
    runs: records.length,
    faults,
    seed,
    seconds,
    outcomes,
    attempts: sum((r) => r.attempts),
    interruptions: sum((r) => r.interruptions),
    messages: sum((r) => r.messages),
    leftovers: sum((r) => r.leftovers.length),
    doubleStarts: sum((r) => r.doubleStarts.length),
    problems: records.filter((r) => r.problems.length > 0).length,
    lostSteps: distribution(records.map((r) => r.lostSteps)),
    runSeconds: distribution(records.map((r) => r.seconds)),
    events: distribution(records.map((r) => r.events)),
  };
}

export function distribution(values: readonly number[]): Distribution {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (part: number): number => sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0;
  return {
    none: sorted.filter((v) => v === 0).length,
    p50: at(0.5),
    p95: at(0.95),
    max: sorted.at(-1) ?? 0,
    sum: sorted.reduce((a, b) => a + b, 0),
  };
}

/** The lines of a summary, for a terminal and for the page. */
export function lines(s: SoakSummary): [what: string, value: string][] {
  const outcomes = Object.entries(s.outcomes).sort(([, a], [, b]) => b - a);
  const spread = ({ p50, p95, max }: Distribution, digits = 0): string =>
    `p50 ${p50.toFixed(digits)}, p95 ${p95.toFixed(digits)}, most ${max.toFixed(digits)}`;
  return [
    ['runs', `${s.runs} in ${Math.round(s.seconds)} s, fault rate ${s.faults}, seed ${s.seed}`],
    ['outcomes', outcomes.map(([outcome, n]) => `${n} ${outcome}`).join(', ')],
    ['attempts', `${s.attempts}, ${s.interruptions} interruptions`],
    ['messages', `${s.messages} arbitrary signals, updates and queries`],
    ['left over', String(s.leftovers)],
    ['double starts', String(s.doubleStarts)],
    ['not as promised', String(s.problems)],
    ['lost steps a run', `none in ${s.lostSteps.none}, ${spread(s.lostSteps)} (50 a second, a checkpoint every 12)`],
    ['seconds a run', spread(s.runSeconds, 1)],
    ['events a run', spread(s.events)],
  ];
}

export const text = (s: SoakSummary): string =>
  lines(s)
    .map(([what, value]) => `${what.padEnd(18)}${value}`)
    .join('\n');
