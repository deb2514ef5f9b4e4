import { LARGEST_STEPS, LONGEST_DURATION } from '../../contract';

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === 'string';
const isNumber: Check = (value) => typeof value === 'number' && Number.isFinite(value);
const isNull: Check = (value) => value === null;
const isAbsent: Check = (value) => value === undefined;
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** An object whose fields are as they should be; others are nobody's business. */
const has =
  (fields: Record<string, Check>): Check =>
  (value) =>
    isObject(value) && Object.entries(fields).every(([name, check]) => check(value[name]));
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
const or =
  (...checks: Check[]): Check =>
  (value) =>
    checks.some((check) => check(value));
const is =
  (kind: string): Check =>
  (value) =>
    value === kind;

const upTo =
  (most: number): Check =>
  (value) =>
    isNumber(value) && (value as number) >= 0 && (value as number) <= most;

/** Of seconds, dollars, GiB or times: what timers, dates and sums can be made of. What a spec may have more of is named where it stands. */
const isAmount = upTo(1e9);

const placement = has({
  region: isText,
  zone: isText,
  instanceType: isText,
  market: isText,
  hourlyUsd: isAmount,
  onDemandHourlyUsd: isAmount,
});

/** What a run goes by. */
const spec = has({
  name: isText,
  project: isText,
  command: or(isText, listOf(isText)),
  inputs: listOf(isObject),
  outputs: listOf(has({ from: isText })),
  checkpoints: has({ everySeconds: upTo(LONGEST_DURATION), keep: isAmount, graceSeconds: isAmount }),
  resources: has({ diskGiB: isAmount }),
  limits: has({
    maxDurationSeconds: isAmount,
    maxCostUsd: or(isAbsent, isAmount),
    capacityWaitSeconds: isAmount,
    startTimeoutSeconds: isAmount,
    unreachableSeconds: isAmount,
    leaseSeconds: isAmount,
  }),
  retry: has({ interruptions: isAmount, failures: isAmount, exitCodes: listOf(isNumber) }),
  steps: or(isAbsent, upTo(LARGEST_STEPS)),
  alerts: or(isAbsent, isObject),
  hold: or(isAbsent, has({ forSeconds: isAmount })),
  access: has({ sshKeys: listOf(isText) }),
});

const done = has({ detail: isText });
const suite = has({ workflowId: isText, runId: isText, suiteKey: isText, tag: isText, installation: isText });
const where = { installation: isText, namespaceId: isText, regions: listOf(isText) };
const resources = listOf(has({ id: isText, run: isText, region: isText, kind: isText, reason: isText }));

/**
 * What workflows must find in the answers of their steps, those of older releases too; what is not here is read with its bounds, or not
 * at all. A pure function of the answer, so that it is judged alike when it is replayed.
 */
const ANSWERS: Record<string, Check> = {
  resolveRun: or(
    has({ kind: is('invalid'), message: isText }),
    has({
      kind: is('ok'),
      run: has({ workflowId: isText, runKey: isText, installation: isText, namespaceId: isText }),
      spec,
      placements: listOf(placement),
      region: isText,
      bucket: isText,
      prefix: isText,
      diskUsdPerGiBMonth: isAmount,
    }),
  ),
  launchInstance: or(
    has({ kind: is('launched'), instanceId: isText }),
    has({ kind: is('refused'), code: isText, message: isText, refusal: isText }),
  ),
  awaitReachable: has({ node: isObject, instanceId: isText, region: isText, address: isText, detail: isText }),
  hearEc2: or(
    has({ kind: is('lost'), detail: isText }),
    has({ kind: or(is('notice'), is('scheduled')), notice: has({ source: isText, action: isText, time: isText }) }),
  ),
  syncCode: done,
  installDependencies: done,
  fetchInputs: done,
  restoreCheckpoint: has({ detail: isText, damaged: listOf(isText), checkpoint: or(isNull, isObject) }),
  awaitGone: has({ at: isText }),
  terminateAttempt: has({ at: isText, detail: isText, terminated: listOf(isText) }),
  countLeftovers: has({ leftovers: listOf(isText) }),
  surveyResources: has({
    ...where,
    seen: isNumber,
    toEnd: resources,
    more: isNumber,
    leftAlone: listOf(has({ count: isNumber, reason: isText, examples: listOf(isText) })),
  }),
  planSuite: or(
    has({ kind: is('invalid'), faults: listOf(has({ path: isText, message: isText })) }),
    has({
      kind: is('ok'),
      suite,
      options: has({
        only: listOf(isText),
        maxUsd: isNumber,
        parallel: isNumber,
        notify: isText,
        pauseAfter: isNumber,
      }),
      scenarios: listOf(
        has({ name: isText, shows: isText, creates: listOf(isText), minutes: isNumber, estimateUsd: isNumber }),
      ),
      cloud: isText,
      region: isText,
      report: isText,
    }),
  ),
  runScenario: has({ name: isText, outcome: isText, steps: listOf(isObject) }),
  undoScenario: has({ leftovers: listOf(isText), costUsd: isNumber, runs: listOf(isText) }),
  countSuiteLeftovers: has({ leftovers: listOf(isText) }),
  endResources: has({
    ended: resources,
    pending: listOf(has({ id: isText, why: isText })),
    where: or(isAbsent, has(where)),
  }),
};

/**
 * Whether a workflow can go on with what a step has answered. Workers answer nothing else; a person who completes an activity by hand
 * (`temporal activity complete`) may have typed anything.
 */
export const isStepAnswer = (step: string, answer: unknown): boolean => ANSWERS[step]?.(answer) ?? true;
