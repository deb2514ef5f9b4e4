import { faultOf } from './scripts';

const whole = (step: number): string => JSON.stringify({ step, end: step });

test('what is wrong with a checkpoint, as its script would read it', () => {
  const files = (record: Record<string, string>) => new Map(Object.entries(record));
  expect(faultOf('in-place', files({ 'last.json': whole(2) }))).toBeUndefined();
  expect(faultOf('in-place', files({ 'last.json': whole(2).slice(0, 5) }))).toBe('last.json is torn at 5 bytes');
  expect(faultOf('in-place', files({}))).toBe('last.json is missing');
  expect(faultOf('two-files', files({ 'model.json': whole(4), 'optimizer.json': whole(2) }))).toContain('two saves');
  const three = { 'model.json': whole(4), 'optimizer.json': whole(4) };
  expect(faultOf('slow-files', files(three))).toBe('scheduler.json is missing');
  expect(faultOf('slow-files', files({ ...three, 'scheduler.json': whole(4) }))).toBeUndefined();
  const folder = { 'checkpoint-2/model.json': whole(2), 'checkpoint-2/optimizer.json': whole(2) };
  expect(faultOf('folder', files(folder))).toBeUndefined();
  expect(faultOf('folder', files({ ...folder, 'checkpoint-10/model.json': whole(10) }))).toContain('missing');
});
