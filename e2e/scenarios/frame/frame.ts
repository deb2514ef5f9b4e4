import type { Evidence } from '../../../contract';
import type { ScenarioContext, UndoContext } from '../scenario';

/** The money of a scenario is spent. */
export class CapReached extends Error {}

/** What a scenario is run with: `RunningContext`, or a test's own. */
export interface Frame extends ScenarioContext {
  readonly forUndo: UndoContext;
  /** Whether the suite as a whole was ended, and not the scenario alone. */
  readonly cancelled: boolean;
  /** Whether one of its runs was ended since its money was spent: the share of the suite's that it was given. Never throws. */
  isSpent(): Promise<boolean>;
  /** What has been handed in since it was last asked for. */
  takeEvidence(): Evidence[];
  /** Resolves when nothing more is being started. */
  end(): Promise<void>;
}
