import { withLiveSteps } from '../../../../client/runs/list/live-steps';
import { nodePrefix, type RunListEntry } from '../../../../contract';
import { MemoryObjects } from '../../support/memory-objects';

const entry = (run: string, more: Partial<RunListEntry> = {}): RunListEntry => ({
  run,
  runKey: `key-${run}`,
  name: run,
  project: '',
  phase: 'training',
  outcome: null,
  attemptCount: 2,
  placement: null,
  step: 7,
  costUsd: null,
  startedAt: '2026-11-23T00:00:00.000Z',
  endedAt: null,
  cleanupPending: false,
  ...more,
});
const liveKey = (run: string, attempt: number): string => `${nodePrefix('p/', `key-${run}`, attempt, 0)}live.json`;

/** As an agent writes it, with what is asked for. */
const live = (more: object): string =>
  JSON.stringify({
    at: '2026-11-23T00:00:10.000Z',
    attempt: 2,
    node: 0,
    phase: 'training',
    logBytes: 0,
    logUploaded: 0,
    ...more,
  });

test('open runs have the step that their host tells; others keep what Temporal knows', async () => {
  const objects = new MemoryObjects()
    .set(liveKey('open', 2), live({ step: 40 }))
    .set(liveKey('ended', 2), live({ step: 41 }))
    .set(liveKey('damaged', 2), '{"step')
    .set(liveKey('stepless', 2), live({}));
  const runs = [
    entry('open'),
    entry('ended', { endedAt: '2026-11-23T00:01:00.000Z', outcome: 'succeeded', phase: 'ended' }),
    entry('damaged'),
    entry('stepless'),
    entry('silent'),
    entry('launching', { attemptCount: 0, step: null }),
  ];
  const steps = (await withLiveSteps(runs, objects, 'p/')).map(({ run, step }) => [run, step]);
  expect(steps).toEqual([
    ['open', 40],
    ['ended', 7],
    ['damaged', 7],
    ['stepless', 7],
    ['silent', 7],
    ['launching', null],
  ]);
});

test('a store that never answers keeps nobody from the list', async () => {
  const objects = new MemoryObjects();
  objects.get = () => new Promise(() => undefined);
  expect(await withLiveSteps([entry('open')], objects, 'p/')).toEqual([entry('open')]);
});
