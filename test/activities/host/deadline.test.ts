import { HostDeadline } from '../../../activities/host/deadline';

test('the host deadline follows an extension, and keeps the last known one when the run does not answer', async () => {
  const answers = ['1970-01-01T01:00:00Z', undefined, '1970-01-01T00:10:00Z', 'nonsense'];
  const deadline = new HostDeadline(1000, 30, async () => {
    const next = answers.shift();
    if (next === undefined) throw new Error('no worker answers');
    return next;
  });
  expect(await deadline.now()).toBe(3630);
  expect(await deadline.now()).toBe(3630);
  expect(await deadline.now()).toBe(3630);
  expect(await deadline.now()).toBe(3630);
  expect(await deadline.now()).toBe(3630);
});
