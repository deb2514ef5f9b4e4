import { checkSchedule, scheduleFault, TrainctlError } from '../../../client';
import type { ScheduleTimes } from '../../../client/schedules/check';
import { cronFault } from '../../../client/schedules/cron';

const faultsOf = (name: string, times: object): Record<string, string> =>
  Object.fromEntries(
    checkSchedule(name, times as ScheduleTimes).faults.map(({ path, message }) => [path, message] as const),
  );

it('a name and a time are enough', () => {
  expect(checkSchedule('nightly', { cron: ' 0 3 * * * ' })).toEqual({
    checked: {
      cron: ['0 3 * * *'],
      timezone: 'UTC',
      overlap: 'skip',
      catchUp: 3600,
      jitter: 0,
      pauseOnFailure: false,
      note: '',
    },
    faults: [],
    warnings: [],
  });
  const more = {
    every: '6h',
    jitter: '10m',
    catchUp: '2d',
    timezone: 'Europe/Berlin',
    overlap: 'cancel-other',
  } as const;
  expect(checkSchedule('a', more)).toMatchObject({
    checked: { every: 21_600, jitter: 600, catchUp: 172_800, timezone: 'Europe/Berlin', overlap: 'cancel-other' },
    faults: [],
  });
});

it('names every fault at once, with what to write', () => {
  expect(
    faultsOf('my nightly', {
      cron: ['61 3 * * *', '0 3 * * *', '0 0 3 * * *'],
      every: 'often',
      timezone: 'europe/berlin',
      overlap: 'kill',
      catchUp: '1s',
      jitter: '1.5s',
      note: 'x'.repeat(2000),
    }),
  ).toEqual({
    name: expect.stringContaining('"my nightly" is not 1 to 100 of'),
    'cron[0]': '"61 3 * * *": "61" is no minute (0-59)',
    'cron[2]': expect.stringContaining('six fields'),
    every: expect.stringContaining('is not a duration'),
    timezone: expect.stringContaining('did you mean Europe/Berlin?'),
    overlap: '"kill" is none: one of skip, buffer-one, buffer-all, cancel-other, terminate-other, allow-all',
    catchUp: '"1s" is too short: at least 10 s',
    jitter: '"1.5s": whole seconds only',
    note: 'is longer than 1000 characters',
  });
  expect(faultsOf('x', {})['']).toContain('no time is given');
  expect(faultsOf('trainctl-reconcile', { every: 60 }).name).toContain("the reconciler's own");
});

it.each(['-x', 'a..b', '', 'näch', 'a/b', 'x'.repeat(101)])('%j is no name', (name) => {
  expect(faultsOf(name, { every: '1h' }).name).toContain('is not 1 to 100 of');
});

it.each([
  '0 3 * * *',
  '*/15 8-18 * * MON-FRI',
  '0 0 1,15 jan,JULY/2 *',
  '30 0 3 * * 7 2026-2030',
  '0 22 * * 5-7',
  '@daily',
])('%s is what Temporal takes', (cron) => expect(cronFault(cron)).toBeUndefined());

it.each([
  ['', 'five fields'],
  ['0 3 * *', '4 fields'],
  ['hourly', 'one field'],
  ['@dayly', 'did you mean @daily?'],
  ['@every 6h', 'said by every'],
  ['CRON_TZ=UTC 0 3 * * *', 'time zone'],
  ['0 3 * * * # at night', 'note'],
  ['0 24 * * *', '"24" is no hour (0-23)'],
  ['0 3 0 * *', 'day of month'],
  ['0 3 * 13 *', 'month'],
  ['0 3 * * 8', 'day of week'],
  ['0 3 * * ?', 'day of week'],
  ['5-1 3 * * *', 'ends before it begins'],
  ['*/0 3 * * *', 'step'],
  ['1/2/3 3 * * *', 'step'],
  ['1-2-3 3 * * *', 'minute'],
])('%j is refused', (cron, why) => expect(cronFault(cron)).toContain(why));

it('warns of what is likely meant otherwise, or ends trainings without a checkpoint', () => {
  expect(checkSchedule('x', { cron: '0 3 1 * 1' }).warnings).toEqual([expect.stringContaining('both to fit')]);
  expect(checkSchedule('x', { every: '1h', overlap: 'terminate-other' }).warnings).toEqual([
    expect.stringContaining('no last checkpoint'),
  ]);
  expect(checkSchedule('x', { every: '1h', overlap: 'cancel-other' }).warnings).toEqual([]);
});

it('takes older names of a zone, and none that the server would read as its own', () => {
  expect(faultsOf('x', { every: 60, timezone: 'US/Pacific' })).toEqual({});
  for (const timezone of ['Local', '+01:00', 'Berlin', ''])
    expect(faultsOf('x', { every: 60, timezone })).toHaveProperty('timezone');
});

it('what is wrong with the spec is told with the rest', () => {
  const ofSpec = new TrainctlError('invalid-spec', 'trainctl.yaml has a fault:\n  command: is missing', {
    faults: [{ path: 'command', message: 'is missing' }],
  });
  expect(scheduleFault([], undefined)).toBeUndefined();
  expect(scheduleFault([], ofSpec)).toBe(ofSpec);
  expect(scheduleFault([{ path: 'cron', message: 'is empty' }], ofSpec)).toMatchObject({
    code: 'invalid-spec',
    message: 'the schedule has a fault:\n  cron: is empty\ntrainctl.yaml has a fault:\n  command: is missing',
    faults: [
      { path: 'cron', message: 'is empty' },
      { path: 'command', message: 'is missing' },
    ],
  });
});
