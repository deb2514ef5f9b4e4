import type { TrainingActivities } from '../contract';
import type { ActivityDeps } from './deps';

export declare function createAwaitReachable(deps: ActivityDeps): TrainingActivities['awaitReachable'];
