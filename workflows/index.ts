export { reconcile } from './reconcile';
export { trainingRun } from './training-run';
