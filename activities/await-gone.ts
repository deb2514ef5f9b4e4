import type { TrainingActivities } from '../contract';
import type { ActivityDeps } from './deps';

export declare function createAwaitGone(deps: ActivityDeps): TrainingActivities['awaitGone'];
