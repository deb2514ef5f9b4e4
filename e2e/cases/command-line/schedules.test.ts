import { loadSettings } from '../../../adapters/settings';
import { createClient, type PrunedCode, type RunView, type ScheduleView, type TrainctlClient } from '../../../client';
import { LEAST_CODE_AGE, pruneCode } from '../../../client/code/prune';
import { EXIT_CODES, type RunListEntry } from '../../../contract';
import { lastJson, trainctl } from '../../support/cli';
import { project } from '../../support/project';

jest.setTimeout(240_000);

/** The same installation with code of its own, so that pruning it takes nothing from other tests. */
let client: TrainctlClient;
beforeAll(async () => {
  client = await createClient({ settings: { ...loadSettings(process.env), prefix: 'pruned/' } });
});
afterAll(() => client.close());

/** As it would be when all code is old enough. */
const prune = (): Promise<PrunedCode> => {
  const { temporal, store, settings } = client;
  const later = (): number => Date.now() + LEAST_CODE_AGE * 1000;
  const context = { client: temporal, store, prefix: settings.prefix, now: later };
  return pruneCode(context, { olderThanSeconds: LEAST_CODE_AGE });
};

/** Until Temporal's lists, which are some moments late, say what is. */
async function until<T>(look: () => Promise<T>, holds: (value: T) => boolean): Promise<T> {
  for (;;) {
    const value = await look();
    if (holds(value)) return value;
  }
}

const listed = async (): Promise<ScheduleView[]> => lastJson(await trainctl(['schedule', 'ls', '--json']));

test('a schedule of trainings, from its creation to the end of its code', async () => {
  const cwd = await project({
    'train.py': 'import os\nprint("trained as", os.environ["TRAINCTL_RUN"])\n',
    'trainctl.yaml': 'command: python3 train.py\nname: sums\ncheckpoints: { grace: 2s }\n',
  });
  const schedule = (...words: string[]): ReturnType<typeof trainctl> => trainctl(['schedule', ...words], { cwd });

  // Everything that is wrong at once: nothing is made.
  const wrong = await schedule(
    'create',
    'year ly',
    '--cron',
    '0 25 * * *',
    '--overlap',
    'kill',
    '--set',
    'limits.lease=1s',
  );
  expect(wrong.code).toBe(EXIT_CODES.invalid);
  for (const word of ['year ly', '"25" is no hour', '"kill" is none', 'limits.lease'])
    expect(wrong.stderr).toContain(word);
  const yearly = ['--cron', '0 3 1 JAN *', '--timezone', 'Europe/Berlin'];
  const dry = await schedule('create', 'yearly', ...yearly, '--dry-run');
  expect(dry.stdout).toMatch(/^schedule yearly · 0 3 1 JAN \* Europe\/Berlin · each · /);
  expect((await schedule('show', 'yearly')).code).toBe(EXIT_CODES.notFound);

  const made = lastJson<ScheduleView>(await schedule('create', 'yearly', ...yearly, '--note', 'a test', '--json'));
  expect(made).toMatchObject({
    schedule: 'yearly',
    cron: ['0 3 1 1 *'],
    timezone: 'Europe/Berlin',
    overlap: 'skip',
    note: 'a test',
    codeKept: true,
    open: [],
  });
  expect(made.next[0]).toMatch(/^\d{4}-01-01T02:00:00/);
  const again = await schedule('create', 'yearly', ...yearly);
  expect([again.code, again.stderr]).toEqual([EXIT_CODES.invalid, expect.stringContaining('--replace')]);
  await until(listed, (all) => all.some((one) => one.schedule === 'yearly'));
  expect((await schedule('ls', '--names')).stdout.split('\n')).toContain('yearly');

  // A run of it, also while it is paused: it is known as the schedule's, and is no run that somebody started here.
  expect(lastJson<ScheduleView>(await schedule('pause', 'yearly', '--note', 'not yet', '--json')).paused).toBe(true);
  const { run } = lastJson<{ run: string }>(await schedule('trigger', 'yearly', '--json'));
  expect(run).toMatch(/^yearly-\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  expect(lastJson<RunView>(await trainctl(['status', run, '--wait', '--json'])).outcome).toBe('succeeded');
  expect((await trainctl(['logs', run])).stdout).toBe(`trained as ${run}\n`);
  const view = lastJson<RunView>(await trainctl(['status', 'yearly', '--json']));
  expect(view).toMatchObject({ run, schedule: 'yearly', origin: { schedule: 'yearly', code: expect.any(String) } });
  expect((await trainctl(['status'], { cwd })).code).toBe(EXIT_CODES.notFound);
  const [row] = await until(
    async () => lastJson<RunListEntry[]>(await trainctl(['ls', '--schedule', 'yearly', '--json'])),
    ([first]) => first?.outcome === 'succeeded',
  );
  expect(row).toMatchObject({ run, schedule: 'yearly', name: 'sums' });
  expect((await schedule('show', 'yearly')).stdout).toMatch(/paused[\s\S]*not yet[\s\S]*kept in S3[\s\S]*succeeded/);

  // The code that it needs is old enough to go, and stays.
  const { code } = await client.sendCode(cwd);
  expect(made.code).toMatchObject({ snapshot: code.snapshot });
  const kept = { removed: [], kept: [{ snapshot: code.snapshot, neededBy: ['schedule yearly'] }] };
  expect(await until(prune, ({ kept: [first] }) => first?.neededBy.length === 1)).toMatchObject(kept);

  // Another command in its place, which stays paused until it is resumed. While its run is open there is no second.
  const replaced = await schedule('create', 'yearly', ...yearly, '--replace', '--json', '--', 'sleep', '600');
  expect(lastJson<ScheduleView>(replaced).paused).toBe(true);
  expect(lastJson<ScheduleView>(await schedule('resume', 'yearly', '--json')).paused).toBe(false);
  const open = lastJson<{ run: string }>(await schedule('trigger', 'yearly', '--json')).run;
  const skipped = await schedule('trigger', 'yearly');
  expect(skipped.stderr).toContain(`${open} is open, and overlap is skip`);
  const stopped = await trainctl(['stop', open, '--now', '--json']);
  expect(lastJson(stopped)).toMatchObject({ run: open, schedule: 'yearly' });
  expect(stopped.stderr).toContain('trainctl schedule pause yearly');

  // Without somebody to ask it stays; removed, it lets its code go when its runs have ended.
  expect((await schedule('remove', 'yearly')).stderr).toContain('--yes');
  expect(lastJson(await schedule('remove', 'yearly', '--yes', '--json'))).toMatchObject({ removed: true });
  expect(lastJson<RunView>(await trainctl(['status', open, '--wait', '--json'])).outcome).toBe('cancelled');
  await until(prune, ({ removed }) => removed.includes(code.snapshot));
  for await (const object of client.objects.list('pruned/code/')) throw new Error(`${object.key} was left`);
});
