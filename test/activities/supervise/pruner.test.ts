import { Pruner } from '../../../activities/supervise/pruner';
import { MISSING_A_LINE } from '../../../contract';
import { manifestKey, Written } from '../checkpoints/support/written';
import { type FakeDeps, fakeDeps, NODE } from '../support/deps';
import { until } from '../support/until';

let deps: FakeDeps;
let pruner: Pruner;
beforeEach(() => {
  deps = fakeDeps();
  pruner = new Pruner(deps, NODE, 2);
});
afterEach(() => pruner.close());

test('the agent is told what S3 has lost of what it believes to be there', async () => {
  const lost = Array.from({ length: MISSING_A_LINE + 1 }, (_, i) => String(i).padStart(64, '0'));
  await new Written(deps).checkpoint(NODE.attempt, 1, lost);
  const told: object[] = [];
  pruner.attached((command) => told.push(command));
  pruner.checkpointAppeared();
  await until(() => told.length === 2);
  expect(told).toEqual([
    { t: 'missing', parts: lost.slice(0, MISSING_A_LINE) },
    { t: 'missing', parts: lost.slice(MISSING_A_LINE) },
  ]);
});

test('nothing is removed once the process is over: its last checkpoint is on its way', async () => {
  const host = new Written(deps);
  for (const number of [1, 2, 3]) await host.whole(NODE.attempt, number);
  await pruner.close();
  pruner.checkpointAppeared();
  await pruner.close();
  expect(deps.fakeStore.keys()).toContain(manifestKey(NODE.attempt, 1));
});
