import type { TrainingActivities } from '../contract';
import type { ActivityDeps } from './deps';

export declare function createLaunchInstance(deps: ActivityDeps): TrainingActivities['launchInstance'];
