/** For supervise, which removes old checkpoints while new ones come. */
export { pruneRun } from './prune-run';
