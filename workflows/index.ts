export { notify } from './notify';
export { reconcile } from './reconcile';
export { trainingRun } from './training-run';
