import type { RunHandle, RunView } from '../../../../client';
import { showRun } from '../../../../client/cli/watch/show-run';
import { at, attempt, NOW, stage, view } from '../../support/status-fixture';
import { output } from '../support/screen';

jest.mock('node:timers/promises', () => ({ setTimeout: async () => undefined }));

const interrupted = attempt(1, { stages: [stage('train', 0, 30)], ended: 'interrupted' });
const metrics = (step: number) => ({ step, steps: 400, lastMetrics: { step, steps: 400 } });

it('a training that goes on is shown where it is, and never where the one before it was', async () => {
  const attempts = [interrupted, attempt(2, { stages: [stage('train', 40)] })];
  const live = { at: at(59), attempt: 2, node: 0, phase: 'training', logBytes: 0, logUploaded: 0 } as const;
  const views: RunView[] = [
    view({ attempts, ...metrics(254) }),
    view({ attempts, ...metrics(231), live: { ...live, step: 231 } }),
    view({ attempts, ...metrics(400), phase: 'ended', outcome: 'succeeded', endedAt: at(70) }),
  ];
  const { out, stdout } = output();
  const handle = { status: async () => views.shift(), closed: async () => undefined } as unknown as RunHandle;
  await showRun(handle, out, { now: () => NOW, log: false });
  expect(stdout.lines.filter((line) => line.includes('● train'))).toEqual([expect.stringContaining('step 231/400')]);
});
