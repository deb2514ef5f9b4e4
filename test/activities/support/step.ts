import { MockActivityEnvironment } from '@temporalio/testing';
import { SpecStore } from '../../../activities/step/spec-store';
import { hostDir } from '../../../contract';
import { specOf } from '../../support/spec';
import { type FakeDeps, fakeDeps, NODE, storeSpec } from './deps';

/** The node's folder on its host. */
export const DIR = hostDir(NODE.runKey, NODE.attempt, NODE.node);

/** What a step works with, anew for each test: its run's spec is stored. */
export let deps: FakeDeps;
export let specs: SpecStore;
beforeEach(async () => {
  deps = fakeDeps();
  specs = new SpecStore(deps.store, 'p/');
  await storeSpec(deps, specOf());
});

export const env = (): MockActivityEnvironment => new MockActivityEnvironment();
