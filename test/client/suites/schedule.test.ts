import type { ScheduleUpdateOptions } from '@temporalio/client';
import { SuiteSchedule } from '../../../client/suites/schedule';
import { resumedAt, SUITE_TYPE } from '../../../contract';
import { SETTINGS as settings } from '../support/settings-fixture';

/** One Schedule, as Temporal keeps its state. */
function kept(before: { paused: boolean; note: string }) {
  const state = { ...before };
  const told: ScheduleUpdateOptions[] = [];
  const set = (paused: boolean) => async (note: string) => void Object.assign(state, { paused, note });
  const handle = {
    describe: async () => ({
      scheduleId: 'trainctl-e2e',
      spec: { calendars: [] },
      action: { args: [{}] },
      policies: { catchupWindow: 0 },
      state: { ...state },
      info: { nextActionTimes: [], recentActions: [], runningActions: [] },
    }),
    pause: set(true),
    unpause: set(false),
    update: async (change: () => ScheduleUpdateOptions) => {
      const changed = change();
      told.push(changed);
      Object.assign(state, changed.state);
    },
  };
  const client = { schedule: { getHandle: () => handle } } as never;
  return { state, told, schedule: new SuiteSchedule({ client, settings, guard: (call) => call() }) };
}

const TIMES = { cron: ['0 4 * * *'], timezone: 'UTC' };

test('a time that comes while a suite is open is left out, one that was missed is made up for within an hour', async () => {
  const { told, schedule } = kept({ paused: false, note: '' });
  await schedule.set({ cron: ['0 3 * * *'], timezone: 'Europe/Berlin' }, { only: ['code-sync'], maxUsd: 1 });
  expect(told).toMatchObject([
    {
      spec: { cronExpressions: ['0 3 * * *'], timezone: 'Europe/Berlin' },
      // Failures are counted by the suite itself: Temporal's own pause would be at the first.
      policies: { overlap: 'SKIP', catchupWindow: 3_600_000, pauseOnFailure: false },
      action: { workflowType: SUITE_TYPE, args: [{ only: ['code-sync'], maxUsd: 1 }] },
    },
  ]);
});

test('when it was resumed is still known once its times are changed', async () => {
  const { state, schedule } = kept({ paused: true, note: 'paused by hand' });
  await schedule.resume('the bucket is back');
  const at = resumedAt(state.note);
  expect(at).toBeDefined();
  await schedule.set(TIMES, {});
  expect(state.paused).toBe(false);
  expect(resumedAt(state.note)).toBe(at);
});

test.each([
  [true, 'paused by hand', 'paused by hand'],
  [false, 'something else', 'made by trainctl e2e schedule'],
])('one that is changed (paused: %s) has the note that says most', async (paused, note, then) => {
  const { state, schedule } = kept({ paused, note });
  await schedule.set(TIMES, {});
  expect(state).toEqual({ paused, note: then });
});
