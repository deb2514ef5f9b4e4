export { e2eScenario, e2eSuite } from './e2e-suite';
export { notify } from './notify';
export { reconcile } from './reconcile';
export { trainingRun } from './training-run';
