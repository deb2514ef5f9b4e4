import type { Outcome } from '../../contract';
import { OF_RUNS } from '../matrix/plan/activities';
import type { AttemptScript, Fault } from '../support/fake-world';
import { random } from '../support/random';
import type { SpecPatch } from '../support/spec';
import type { Pestering } from './pester';

/** What somebody asks of a run, so many seconds after its start. */
export interface Intervention {
  what: 'cancel' | 'stop' | 'stop now' | 'take a checkpoint';
  after: number;
}

/** What happens to one run. A pure function of seed, number and rate. */
export interface RunPlan {
  id: string;
  spec: SpecPatch;
  scripts: Record<number, AttemptScript>;
  faults: (Fault & { final?: boolean })[];
  /** Launches that EC2 refuses for want of capacity, from the first on. */
  refusals: number;
  terminateTakes: number;
  interventions: Intervention[];
  /** Arbitrary signals, updates and queries that it gets beside all that. */
  pestered?: Pestering;
  /** How the run may end, by what happens to it. */
  allowed: Outcome[];
}

/** Attempts that something may happen to; those after them train undisturbed. */
const DISTURBED = 4;
const WHEN: Fault['when'][] = ['before', 'before', 'before', 'after', 'after', 'after', 'hang'];
const FAILURE_CODE = 3;
/** Seconds; the time of leases and notices is never shortened, because hosts live by it too. */
const LEASE = 12;

/**
 * @param rate probability (0 to 1) of a fault in each activity of the run and of an intervention; of something happening to
 * the host or the command of each of its first attempts, and of arbitrary messages, twice that
 */
export function planOf(seed: number, number: number, rate: number): RunPlan {
  const pick = random(Math.imul(seed, 0x9e3779b1) ^ number);
  const chance = (p: number): boolean => pick(1_000_000) < p * 1_000_000;
  const between = (from: number, to: number): number => from + (pick(1001) / 1000) * (to - from);
  const allowed = new Set<Outcome>(['succeeded']);

  const scripts: RunPlan['scripts'] = { 0: undisturbed(between(0.2, 1)) };
  let failures = 0;
  for (let attempt = 1; attempt <= DISTURBED; attempt += 1) {
    const script = undisturbed(between(0.5, 2));
    if (chance(2 * rate)) failures += disturb(script, pick, between);
    if (script.fails) allowed.add('failed');
    scripts[attempt] = script;
  }
  const retryFailures = pick(3);
  if (failures > retryFailures) allowed.add('failed');

  const faults: RunPlan['faults'] = [];
  for (const activity of Object.keys(OF_RUNS) as (keyof typeof OF_RUNS)[]) {
    if (!chance(rate)) continue;
    const when = WHEN[pick(WHEN.length)] ?? 'before';
    // An undo that fails for good, as it says, is asked again all the same.
    const final = activity === 'terminateAttempt' && when !== 'hang' && chance(0.3);
    faults.push({ activity, when, times: when === 'hang' ? 1 : 1 + pick(3), ...(final ? { final } : {}) });
  }

  const interventions: Intervention[] = [];
  if (chance(rate)) {
    const what = (['cancel', 'stop', 'stop now', 'take a checkpoint', 'take a checkpoint'] as const)[pick(5)] ?? 'stop';
    interventions.push({ what, after: between(0, 4) });
    if (what !== 'take a checkpoint') allowed.add('cancelled');
  }
  return {
    id: `soak-${seed}-${number}`,
    spec: {
      checkpoints: { dir: 'checkpoints', everySeconds: 1, keep: 2, graceSeconds: 2 },
      limits: { leaseSeconds: LEASE, capacityWaitSeconds: 3600, unreachableSeconds: 1 },
      retry: { interruptions: 20, failures: retryFailures, exitCodes: [] },
      inputs: [{ from: 's3://bucket/in', to: 'in' }],
    },
    scripts,
    faults,
    refusals: chance(rate) ? 1 + pick(5) : 0,
    terminateTakes: chance(rate) ? between(0.2, 2) : 0,
    interventions,
    ...pesteringOf(seed, number, rate),
    allowed: [...allowed],
  };
}

/** Of a sequence of its own: the rest of a plan stays what it was. */
function pesteringOf(seed: number, number: number, rate: number): Pick<RunPlan, 'pestered'> {
  const pick = random(Math.imul(seed, 0x85ebca6b) ^ number);
  if (pick(1_000_000) >= 2 * rate * 1_000_000) return {};
  return { pestered: { seed: pick(2 ** 31), messages: 5 + pick(36), every: 0.05 + pick(400) / 1000 } };
}

const undisturbed = (seconds: number): AttemptScript => ({
  seconds,
  stepsPerSecond: 50,
  checkpointEvery: 0.25,
  lease: LEASE,
});

/** Something happens to the attempt. Answers how many failures of the user's own code it is. */
function disturb(
  script: AttemptScript,
  pick: (n: number) => number,
  between: (from: number, to: number) => number,
): number {
  const after = between(0.1, script.seconds ?? 1);
  switch (pick(7)) {
    case 0:
      Object.assign(script, { noticeAfter: after, noticeSeconds: between(0.5, 2) });
      return 0;
    case 1:
      Object.assign(script, { noticeAfter: after, noticeSeconds: between(0.5, 2), ignoresNotice: true });
      return 0;
    case 2:
      Object.assign(script, { noticeAfter: after, noticeSeconds: 2, stopTakes: between(0, 3) });
      return 0;
    case 3:
      Object.assign(script, { lostAfter: after });
      return 0;
    case 4:
      Object.assign(script, { silentAfter: after, deaf: true });
      return 0;
    case 5:
      Object.assign(script, { exitCode: FAILURE_CODE, tail: 'scripted failure' });
      return 1;
    default:
      script.fails = { step: 'installDependencies', type: 'failed', message: 'scripted: no such package' };
      return 0;
  }
}
