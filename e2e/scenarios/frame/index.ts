/** What runs scenarios: for the worker, the tests, and whoever lists them. */
export { type ContextOptions, RunningContext, undoContext } from './context';
export { type LeftBehind, type LeftOf, leftBehind, leftOfEarlier, leftOfSuite } from './left-of-suite';
export { CHEAPEST, estimateUsd, limitMinutes } from './limits';
export { type Progress, runScenario } from './run-scenario';
export { estimateOf, newSuiteTag, shareUsd } from './suite';
export { planOf, type RunOptions, SuiteRunner } from './suite-runner';
export { scenarioTable } from './table';
export { type Undone, undoScenario } from './undo';
