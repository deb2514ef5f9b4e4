import { TrainctlError } from '../../../client';
import { type ScenarioResult, type StepError, type StepResult, UNDO_STEP } from '../../../contract';
import { shown } from '../checks';
import { type Scenario, ScenarioSkipped, type Step, StepFailure } from '../scenario';
import { gather } from './evidence';
import { CapReached, type Frame } from './frame';
import { type Undone, undoScenario } from './undo';

/** How far a scenario is. */
export interface Progress {
  done: StepResult[];
  /** What goes on now. */
  running?: string;
  /** What comes after it. */
  pending: string[];
}

/** Why no further step is tried. */
interface Stop {
  outcome: 'failed' | 'skipped';
  why: string;
}

/**
 * Runs a scenario to its end, its undo included. Never throws: what goes wrong is in the result. The context is used up then.
 * @param onStep hears of each step when it begins and when it is over; what it throws is ignored
 */
export async function runScenario(
  scenario: Scenario,
  context: Frame,
  onStep: (progress: Progress) => void = () => undefined,
): Promise<ScenarioResult> {
  const began = Date.now();
  const done: StepResult[] = [];
  let overBudget = false;
  let steps: Step[] = [];
  const abandoned: Promise<unknown>[] = [];
  const tell = (running?: string): void => {
    const pending = [...steps.map(({ name }) => name), UNDO_STEP].slice(done.length + (running === undefined ? 0 : 1));
    try {
      onStep({ done: [...done], pending, ...(running === undefined ? {} : { running }) });
    } catch {}
  };
  let stop = await needed(scenario, context);
  if (stop?.outcome !== 'failed') {
    try {
      steps = scenario.steps(context);
    } catch (error) {
      stop = { outcome: 'failed', why: `its steps cannot be made: ${shown(error)}` };
    }
  }
  if (stop?.outcome === 'failed') done.push(failed('what it needs', 0, { message: stop.why }));
  for (const step of steps) {
    if (stop) {
      done.push({ name: step.name, outcome: 'skipped', seconds: 0, error: { message: stop.why } });
      continue;
    }
    tell(step.name);
    const result = await runStep(step, context, abandoned);
    done.push(result);
    if (result.outcome !== 'passed') {
      const why = result.error?.message ?? 'unknown';
      stop = { outcome: result.outcome, why: result.outcome === 'failed' ? `"${step.name}" failed before it` : why };
    }
    overBudget ||= context.signal.reason instanceof CapReached;
    if (result.outcome === 'failed') overBudget ||= await context.isSpent();
  }
  tell(UNDO_STEP);
  const undoBegan = Date.now();
  await context.end();
  await settled(abandoned, context);
  const undone = await undoScenario(scenario, context.forUndo);
  done.push(undoStep(undone, secondsSince(undoBegan)));
  tell();
  return {
    name: scenario.name,
    outcome: outcomeOf(done),
    steps: done,
    seconds: secondsSince(began),
    costUsd: Math.round(undone.costUsd * 1e6) / 1e6,
    leftovers: undone.leftovers,
    runs: undone.runs,
    ...(overBudget ? { overBudget: true as const } : {}),
  };
}

const secondsSince = (began: number): number => Math.round((Date.now() - began) / 100) / 10;

const failed = (name: string, seconds: number, error: StepError): StepResult => ({
  name,
  outcome: 'failed',
  seconds,
  error,
});

/** A scenario of which nothing was tried has passed nothing, whatever its undo says. */
function outcomeOf(steps: readonly StepResult[]): ScenarioResult['outcome'] {
  if (steps.some(({ outcome }) => outcome === 'failed')) return 'failed';
  return steps.some(({ outcome }) => outcome === 'skipped') ? 'skipped' : 'passed';
}

async function needed(scenario: Scenario, context: Frame): Promise<Stop | undefined> {
  try {
    context.signal.throwIfAborted();
    const why = await scenario.needs?.(context);
    return why === undefined ? undefined : { outcome: 'skipped', why };
  } catch (error) {
    return { outcome: context.cancelled ? 'skipped' : 'failed', why: shown(error) };
  }
}

/** Milliseconds that a step which was left may take to come to its end: what it wrote after the undo, nobody would remove. */
const LET_GO_MS = 30_000;
const LOOK_MS = 250;

async function settled(abandoned: readonly Promise<unknown>[], { forUndo: { clock } }: Frame): Promise<void> {
  let over = false;
  void Promise.allSettled(abandoned).then(() => {
    over = true;
  });
  for (let waited = 0; abandoned.length > 0 && !over && waited < LET_GO_MS; waited += LOOK_MS)
    await clock.sleep(LOOK_MS);
}

/** @param abandoned takes the work of a step that was ended and goes on */
async function runStep(step: Step, context: Frame, abandoned: Promise<unknown>[]): Promise<StepResult> {
  const began = Date.now();
  context.takeEvidence();
  try {
    await endedWith(context.signal, () => step.run(), abandoned);
    return { name: step.name, outcome: 'passed', seconds: secondsSince(began) };
  } catch (thrown) {
    const seconds = secondsSince(began);
    // What a step throws when it is ended is no finding of its own.
    const error: unknown = context.signal.aborted ? context.signal.reason : thrown;
    if (context.cancelled || error instanceof ScenarioSkipped)
      return { name: step.name, outcome: 'skipped', seconds, error: { message: shown(error) } };
    const evidence = await gather(context, context.takeEvidence());
    return { ...failed(step.name, seconds, errorOf(error)), evidence };
  }
}

/** A step that hears of no signal is left alone, and what it still throws is nobody's. */
async function endedWith(signal: AbortSignal, work: () => Promise<void>, abandoned: Promise<unknown>[]): Promise<void> {
  signal.throwIfAborted();
  let ended: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    ended = () => reject(signal.reason);
    signal.addEventListener('abort', ended, { once: true });
  });
  const working = work();
  try {
    await Promise.race([working, aborted]);
  } catch (error) {
    if (signal.aborted) abandoned.push(working);
    throw error;
  } finally {
    if (ended) signal.removeEventListener('abort', ended);
  }
}

function errorOf(error: unknown): StepError {
  if (error instanceof StepFailure) {
    const { message, expected, seen } = error;
    return { message, ...(expected === undefined ? {} : { expected }), ...(seen === undefined ? {} : { seen }) };
  }
  const next = error instanceof TrainctlError && error.next !== undefined ? ` (${error.next})` : '';
  return { message: `${shown(error)}${next}` };
}

function undoStep({ failures, leftovers }: Undone, seconds: number): StepResult {
  if (failures.length === 0 && leftovers.length === 0) return { name: UNDO_STEP, outcome: 'passed', seconds };
  const message = [...failures, ...(leftovers.length > 0 ? [`left: ${leftovers.join(', ')}`] : [])].join('; ');
  return failed(UNDO_STEP, seconds, { message, expected: 'nothing', seen: leftovers.join('\n') || 'nothing' });
}
