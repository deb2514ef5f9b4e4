import type { TrainingActivities } from '../contract';
import type { ActivityDeps } from './deps';

export declare function createTerminateAttempt(deps: ActivityDeps): TrainingActivities['terminateAttempt'];
