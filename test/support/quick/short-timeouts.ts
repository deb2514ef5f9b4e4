import * as workflow from '@temporalio/workflow';
import { MEMORY } from './floors';
import { quickOptions } from './scale';

export * from '@temporalio/workflow';

/** Stands in for `proxyActivities` in the bundles of tests. */
export const proxyActivities: typeof workflow.proxyActivities = (options: workflow.ActivityOptions) =>
  workflow.proxyActivities(quickOptions(options, MEMORY));
