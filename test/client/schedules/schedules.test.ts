import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  type Client,
  type ScheduleDescription,
  ScheduleNotFoundError,
  type ScheduleUpdateOptions,
  ValueError,
} from '@temporalio/client';
import { Schedules } from '../../../client';
import { queuesOf, snapshotKey } from '../../../contract';
import { SETTINGS } from '../support/settings-fixture';

const SNAPSHOT = 'a'.repeat(64);
const INPUT = { command: 'true', code: { snapshot: SNAPSHOT } };

/** What Temporal keeps of a schedule, as far as it is asked here. */
interface Kept extends ScheduleUpdateOptions {
  paused: boolean;
  unreadable?: boolean;
}

describe('schedules', () => {
  let home: string;
  let kept: Map<string, Kept>;
  let objects: Set<string>;
  let schedules: Schedules;
  beforeEach(() => {
    home = mkdtempSync(path.join(tmpdir(), 'trainctl-schedules-'));
    kept = new Map();
    objects = new Set([snapshotKey('', SNAPSHOT)]);
    const workflow = { list: async function* () {} };
    const client = { schedule: fakeTemporal(kept), workflow } as unknown as Client;
    const store = {
      bucket: 'bucket',
      head: async (key: string) => (objects.has(key) ? { key, bytes: 1, modifiedAt: 0, etag: '' } : undefined),
    };
    const sendCode = async (): Promise<never> => Promise.reject(new Error('no folder is sent here'));
    schedules = new Schedules({ client, settings: { ...SETTINGS, home }, store, sendCode, guard: (call) => call() });
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  it('tells Temporal all of it, and its runs that a schedule starts them', async () => {
    await schedules.create('nightly', INPUT, {
      cron: '0 3 * * *',
      timezone: 'Europe/Berlin',
      overlap: 'buffer-one',
      note: 'n',
    });
    expect(kept.get('nightly')).toMatchObject({
      spec: { cronExpressions: ['0 3 * * *'], timezone: 'Europe/Berlin', intervals: [], jitter: 0 },
      policies: { overlap: 'BUFFER_ONE', catchupWindow: 3_600_000, pauseOnFailure: false },
      state: { paused: false, note: 'n' },
      action: {
        workflowType: 'trainingRun',
        workflowId: 'nightly',
        taskQueue: queuesOf(SETTINGS.installation).main,
        args: [INPUT],
        memo: { origin: { schedule: 'nightly' } },
      },
    });
  });

  it('names faults of times and spec at once, and makes nothing', async () => {
    const wrong = schedules.create('nightly', { command: [] }, { cron: '0 25 * * *' });
    await expect(wrong).rejects.toMatchObject({
      code: 'invalid-spec',
      faults: [{ path: 'cron' }, { path: 'command' }],
    });
    expect(kept.size).toBe(0);
  });

  it('refuses a name that is taken, and what other workflows have is never replaced', async () => {
    await schedules.create('nightly', INPUT, { every: '1h' });
    await expect(schedules.create('nightly', INPUT, { every: '2h' })).rejects.toMatchObject({
      code: 'refused',
      next: expect.stringContaining('--replace'),
    });
    kept.set('theirs', {
      ...(kept.get('nightly') as Kept),
      action: { type: 'startWorkflow', workflowType: 'other', taskQueue: 'q' },
    });
    await expect(schedules.create('theirs', INPUT, { every: '2h', replace: true })).rejects.toMatchObject({
      code: 'refused',
    });
    await expect(schedules.remove('theirs')).rejects.toMatchObject({ code: 'refused' });
    expect([...kept.keys()]).toEqual(['nightly', 'theirs']);
  });

  it('a replaced one stays paused, unless it is said otherwise', async () => {
    await schedules.create('nightly', INPUT, { every: '1h' });
    await schedules.pause('nightly');
    expect((await schedules.create('nightly', INPUT, { every: '2h', replace: true })).paused).toBe(true);
    expect(kept.get('nightly')?.spec.intervals).toEqual([{ every: 7_200_000 }]);
    expect((await schedules.create('nightly', INPUT, { every: '2h', replace: true, paused: false })).paused).toBe(
      false,
    );
  });

  it('code that is not in S3 is a fault when it is made, and shown when it goes later', async () => {
    await schedules.create('nightly', INPUT, { every: '1h' });
    expect(await schedules.get('nightly')).toMatchObject({ codeKept: true });
    objects.clear();
    expect(await schedules.get('nightly')).toMatchObject({ codeKept: false });
    await expect(schedules.create('other', INPUT, { every: '1h' })).rejects.toMatchObject({
      code: 'invalid-spec',
      faults: [{ path: 'code.snapshot' }],
    });
  });

  it('one that cannot be read is named, and hides no other', async () => {
    await schedules.create('nightly', INPUT, { every: '1h' });
    kept.set('binary', { ...(kept.get('nightly') as Kept), unreadable: true });
    const faults: string[] = [];
    const listed = await schedules.list({ onUnreadable: ({ message }) => faults.push(message) });
    expect(listed.map(({ schedule }) => schedule)).toEqual(['nightly']);
    expect(faults).toEqual(['schedule binary cannot be read: Unknown encoding: binary/x']);
    await expect(schedules.get('binary')).rejects.toMatchObject({ code: 'damaged' });
  });

  it('what is not there is not found, by the words of the command', async () => {
    await expect(schedules.trigger('nowhere')).rejects.toMatchObject({ code: 'not-found' });
  });
});

function fakeTemporal(kept: Map<string, Kept>): unknown {
  const there = (id: string): Kept => {
    const found = kept.get(id);
    if (!found) throw new ScheduleNotFoundError('not found', id);
    return found;
  };
  const put = (id: string, told: ScheduleUpdateOptions): void =>
    void kept.set(id, { ...told, paused: (told.state as { paused?: boolean }).paused ?? false });
  const describe = (scheduleId: string): Partial<ScheduleDescription> => {
    const { paused, policies, action, unreadable } = there(scheduleId);
    if (unreadable) throw new ValueError('Unknown encoding: binary/x');
    return {
      scheduleId,
      spec: {},
      action: { args: [], ...action } as ScheduleDescription['action'],
      policies: {
        overlap: policies?.overlap ?? 'SKIP',
        catchupWindow: 0,
        pauseOnFailure: false,
      } as ScheduleDescription['policies'],
      state: { paused },
      info: {
        recentActions: [],
        nextActionTimes: [],
        runningActions: [],
        numActionsTaken: 0,
        numActionsMissedCatchupWindow: 0,
        numActionsSkippedOverlap: 0,
        createdAt: new Date(0),
        lastUpdatedAt: undefined,
      },
    };
  };
  return {
    create: async ({ scheduleId, ...told }: ScheduleUpdateOptions & { scheduleId: string }) => put(scheduleId, told),
    list: async function* () {
      for (const [scheduleId, { action }] of kept) yield { scheduleId, action };
    },
    getHandle: (id: string) => ({
      describe: async () => describe(id),
      update: async (change: () => ScheduleUpdateOptions) => put(id, change()),
      pause: async () => void kept.set(id, { ...there(id), paused: true }),
      delete: async () => void kept.delete(id),
    }),
  };
}
