import { SearchAttributeType } from '@temporalio/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, makeTelemetryFilterString, Runtime } from '@temporalio/worker';
import { SEARCH_ATTRIBUTES } from '../../contract';
import { ownDevServer } from './own-dev-server';

// Faults are what many tests are about: only errors of the SDK itself are worth a line.
export const logger = new DefaultLogger('ERROR');
Runtime.install({ logger, telemetryOptions: { logging: { filter: makeTelemetryFilterString({ core: 'ERROR' }) } } });

export const searchAttributes = Object.entries(SEARCH_ATTRIBUTES).map(([name, type]) => ({
  name,
  type: SearchAttributeType[type],
}));

/** Temporal's dev server, with the search attributes of runs. */
export async function openDev(): Promise<TestWorkflowEnvironment> {
  return ownDevServer({ searchAttributes });
}
