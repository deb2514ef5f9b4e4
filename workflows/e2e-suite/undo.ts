import { ActivityFailure } from '@temporalio/workflow';
import type { ScenarioRef, ScenarioResult, ScenarioStatus } from '../../contract';
import { withUndo } from '../rules/suite';
import { rootMessage } from './failures';
import { undoScenario } from './steps';

/** What its steps were at, and waited for, is no more. */
export function beginUndo(status: ScenarioStatus): void {
  status.phase = 'undoing';
  delete status.step;
  delete status.waits;
}

/** Takes away what a scenario has made, whatever its steps came to; its own failure is one of the scenario. Called within a shielded scope. */
export async function undone(ref: ScenarioRef, result: ScenarioResult): Promise<ScenarioResult> {
  const began = Date.now();
  const seconds = (): number => (Date.now() - began) / 1000;
  try {
    return withUndo(result, await undoScenario(ref), seconds());
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    return withUndo(result, { failed: `it could not be taken away: ${rootMessage(error)}` }, seconds());
  }
}
