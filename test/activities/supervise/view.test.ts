import { fold, readDetails, startingView } from '../../../activities/supervise/view';
import type { AttachEvent, HostFinal } from '../../../contract';
import { NODE } from '../support/deps';

test('heartbeat details of somebody else are none', () => {
  for (const strange of [undefined, null, 7, 'x', {}, { epoch: '1' }]) expect(readDetails(strange)).toBeUndefined();
  expect(readDetails({ epoch: 1, heardAt: 2 })).toEqual({
    epoch: 1,
    heardAt: 2,
    logBytes: 0,
    step: null,
    firstStep: null,
    stepsAnew: false,
    checkpoint: null,
    saved: false,
    notice: null,
  });
});

test('the first step is kept, and that a whole checkpoint was taken while the process ran', () => {
  const beat = (step: number | null, firstStep?: number | null): AttachEvent => ({
    t: 'beat',
    logBytes: 0,
    logUploaded: 0,
    step,
    metrics: null,
    ...(firstStep === undefined ? {} : { firstStep }),
  });
  const seen = (...events: AttachEvent[]) => events.reduce((view, event) => fold(view, event, NODE), startingView());
  expect(seen(beat(null)).firstStep).toBeNull();
  expect(seen(beat(620, 601), beat(640, 601)).firstStep).toBe(601);
  // An agent of an older release does not say it.
  expect(seen(beat(620))).toMatchObject({ step: 620, firstStep: null });
  const anew = seen({ ...beat(3, 1), stepsAnew: true } as AttachEvent, beat(4, 1));
  expect(anew).toMatchObject({ firstStep: 1, stepsAnew: true });
  const taken = { t: 'checkpoint', step: null, key: 'k', bytes: 1, seconds: 1 } as const;
  expect(seen({ ...taken, why: 'periodic', number: 1 }).saved).toBe(true);
  expect(seen({ ...taken, why: 'periodic', number: 1, suspect: 'open' }).saved).toBe(false);
  expect(seen({ ...taken, why: 'exit', number: 1 }).saved).toBe(false);
  expect(seen({ ...taken, why: 'exit', number: 2 }).saved).toBe(true);
  const final = { firstStep: null, step: null, checkpoint: null } as unknown as HostFinal;
  expect(seen({ t: 'final', final }).saved).toBe(false);
  expect(seen({ t: 'final', final: { ...final, savedAgain: true } }).saved).toBe(true);
  expect(seen({ t: 'final', final: { ...final, stepsAnew: true } }).stepsAnew).toBe(true);
  const kept = readDetails({ epoch: 1, heardAt: 2, firstStep: 601, stepsAnew: true, saved: true });
  expect(startingView(kept)).toMatchObject({ firstStep: 601, stepsAnew: true, saved: true });
});
