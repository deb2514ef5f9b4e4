import type { CalendarSpecDescription } from '@temporalio/client';
import { cronTexts } from '../../../client/schedules/cron-text';

const one = <T>(start: T, end = start, step = 1): { start: T; end: T; step: number }[] => [{ start, end, step }];

const calendar = (more: Partial<CalendarSpecDescription>): CalendarSpecDescription => ({
  second: one(0),
  minute: one(0),
  hour: one(0, 23),
  dayOfMonth: one(1, 31),
  month: one('JANUARY', 'DECEMBER'),
  dayOfWeek: one('SUNDAY', 'SATURDAY'),
  year: [],
  ...more,
});

it('calendars as cron says them', () => {
  const calendars = [
    calendar({ hour: one(3) }),
    calendar({ minute: one(0, 59, 15), dayOfWeek: one('MONDAY', 'FRIDAY') }),
    calendar({ dayOfMonth: [...one(1), ...one(15)], month: one('MARCH', 'DECEMBER', 3) }),
    calendar({ second: one(30), year: one(2026, 2030) }),
    calendar({ second: one(0, 59) }),
  ];
  expect(cronTexts({ calendars })).toEqual([
    '0 3 * * *',
    '*/15 * * * 1-5',
    '0 * 1,15 3-12/3 *',
    '30 0 * * * * 2026-2030',
    '* 0 * * * * *',
  ]);
  expect(cronTexts({})).toEqual([]);
});
