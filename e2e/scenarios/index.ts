import { checkpoint } from './checkpoint';
import { cleanupVerification } from './cleanup-verification';
import { codeSync } from './code-sync';
import { dependency } from './dependency';
import { errorHandling } from './error-handling';
import { multiInstance } from './multi-instance';
import { operator } from './operator';
import { s3Transfer } from './s3-transfer';
import type { Scenario } from './scenario';
import { spotInterruption } from './spot-interruption';
import { trainingWorkflow } from './training-workflow';

export * from './frame';
export type { Scenario, ScenarioContext, Step, UndoContext } from './scenario';

/** All of them, in the order in which they are shown. The file of each is named as it is. */
export const SCENARIOS: readonly Scenario[] = [
  trainingWorkflow,
  codeSync,
  dependency,
  s3Transfer,
  checkpoint,
  errorHandling,
  multiInstance,
  spotInterruption,
  operator,
  cleanupVerification,
];
