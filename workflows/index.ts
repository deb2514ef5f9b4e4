export { trainingRun } from './training-run';
