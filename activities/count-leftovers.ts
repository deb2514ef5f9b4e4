import type { TrainingActivities } from '../contract';
import type { ActivityDeps } from './deps';

export declare function createCountLeftovers(deps: ActivityDeps): TrainingActivities['countLeftovers'];
