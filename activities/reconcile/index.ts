import type { ReconcileActivities } from '../../contract';
import type { ActivityDeps } from '../deps';
import { createEndResources } from './end-resources';
import type { Runs } from './runs';
import { createSurveyResources } from './survey-resources';

export type { Runs } from './runs';

/** The steps of the reconciler. `runs` says how runs are, by Temporal. */
export function createReconcileActivities(deps: ActivityDeps, runs: Runs): ReconcileActivities {
  return { surveyResources: createSurveyResources(deps, runs), endResources: createEndResources(deps, runs) };
}
