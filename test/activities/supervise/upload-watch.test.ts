import { UploadWatch } from '../../../activities/supervise/upload-watch';
import type { AttachEvent } from '../../../contract';

const beat = (sent?: number): AttachEvent => ({
  t: 'beat',
  logBytes: 0,
  logUploaded: 0,
  step: null,
  metrics: null,
  ...(sent === undefined ? {} : { sent }),
});
const EXIT: AttachEvent = { t: 'exit', code: 0, signal: null, stoppedBy: null };
const BEGUN: AttachEvent = {
  t: 'hello',
  epoch: 2,
  phase: 'uploading',
  logBytes: 0,
  logUploaded: 0,
  step: null,
  final: null,
};

let told: boolean[];
let watch: UploadWatch;
beforeEach(() => {
  jest.useFakeTimers();
  told = [];
  watch = new UploadWatch((move) => told.push(move));
});
afterEach(() => {
  watch.close();
  jest.useRealTimers();
});

/** A beat a second, with so many more bytes each time. */
function seconds(count: number, bytes: number, from = 0): number {
  for (let i = 1; i <= count; i++) {
    jest.advanceTimersByTime(1000);
    watch.hear(beat(from + i * bytes));
  }
  return from + count * bytes;
}

it('says nothing of a training, nor of a short upload', () => {
  watch.hear(beat());
  jest.advanceTimersByTime(60_000);
  watch.hear(EXIT);
  seconds(4, 100);
  expect(told).toEqual([]);
});

it('says once that bytes move, and when they have stood still for 30 s', () => {
  watch.hear(EXIT);
  const sent = seconds(100, 100);
  expect(told).toEqual([true]);
  seconds(29, 0, sent);
  expect(told).toEqual([true]);
  seconds(2, 0, sent);
  expect(told).toEqual([true, false]);
  seconds(2, 100, sent);
  expect(told).toEqual([true, false, true]);
});

it('takes a connection that is cut for one that moves nothing, and knows an upload that had begun before', () => {
  watch.hear(BEGUN);
  seconds(10, 100, 5000);
  jest.advanceTimersByTime(31_000);
  expect(told).toEqual([true, false]);
});

it('tells after a change of the worker that nothing moves, though it never saw anything move', () => {
  watch.hear(BEGUN);
  seconds(29, 0, 5000);
  expect(told).toEqual([]);
  seconds(2, 0, 5000);
  expect(told).toEqual([false]);
});

it('falls silent after ten changes: each costs the run some events', () => {
  watch.hear(EXIT);
  let sent = seconds(6, 1);
  for (let i = 0; i < 20; i++) {
    jest.advanceTimersByTime(31_000);
    sent = seconds(1, 1, sent);
  }
  expect(told).toHaveLength(10);
});
