import { readDetails } from '../../../activities/supervise/view';

test('heartbeat details of somebody else are none', () => {
  for (const strange of [undefined, null, 7, 'x', {}, { epoch: '1' }]) expect(readDetails(strange)).toBeUndefined();
  expect(readDetails({ epoch: 1, heardAt: 2 })).toEqual({
    epoch: 1,
    heardAt: 2,
    logBytes: 0,
    step: null,
    checkpoint: null,
    notice: null,
  });
});
