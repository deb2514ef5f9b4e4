import type { RunHandle, RunView } from '../../../../client';
import { showRun } from '../../../../client/cli/watch/show-run';
import type { Live } from '../../../../contract';
import { at, attempt, NOW, PLACEMENT, stage, view } from '../../support/status-fixture';
import { output } from '../support/screen';

jest.mock('node:timers/promises', () => ({ setTimeout: async () => undefined }));

/** A handle whose run is where it is told to be, look after look. */
const scripted = (views: RunView[]): RunHandle =>
  ({
    status: async () => views.shift() ?? fail('nobody asks after the end'),
    closed: async () => undefined,
  }) as unknown as RunHandle;

function fail(why: string): never {
  throw new Error(why);
}

const live = (more: Partial<Live>): Live => ({
  at: at(59),
  attempt: 1,
  node: 0,
  phase: 'training',
  logBytes: 0,
  logUploaded: 0,
  ...more,
});

/** A run from launch to success over an interruption, as the workflow tells it. */
function story(): RunView[] {
  const launch = stage('launch', 0, 1.2, 'i-0a1b2c3d4e  us-east-1a  spot $0.34/h');
  const first = attempt(1, {
    instanceId: 'i-0a1b2c3d4e',
    stages: [launch, stage('reach', 1.2, 1.5, 'host key as expected')],
  });
  const training = { ...first, stages: [...first.stages, stage('code', 2, 2.1), stage('train', 5)] };
  const notice = { source: 'spot' as const, action: 'terminate', time: at(180) };
  const taken = {
    ...training,
    stages: [...first.stages, stage('code', 2, 2.1), stage('train', 5, 58)],
    notice,
    ended: 'interrupted' as const,
    reason: 'EC2 gave notice',
    lastCheckpoint: { step: 431, attempt: 1, key: 'a/1', bytes: 3_600_000 },
  };
  const second = attempt(2, {
    restored: taken.lastCheckpoint,
    firstStep: 432,
    resumedFromStep: 431,
    stepsLost: 9,
    stages: [stage('restore', 62, 62.2, 'checkpoint 431, 3 files verified'), stage('train', 63)],
  });
  const refused = {
    try: 1,
    placement: PLACEMENT,
    code: 'InsufficientInstanceCapacity',
    message: 'no g5 here',
    at: at(0),
  };
  const at420 = { step: 420, lastMetrics: { step: 420, steps: 1000, loss: 0.231, acc: 0.931 } };
  return [
    view({ phase: 'launching', attempts: [{ ...first, tries: [refused] }] }),
    view({ attempts: [training], ...at420, live: live({ step: 420 }), costUsd: 0.0011 }),
    view({
      attempts: [taken, second],
      interruptions: 1,
      ...at420,
      step: 431,
      lastCheckpoint: taken.lastCheckpoint,
      warnings: [{ at: at(59), message: '80 % of limits.maxDuration is over' }],
      costUsd: 0.002,
    }),
    view({
      phase: 'ended',
      outcome: 'succeeded',
      endedAt: at(101),
      attempts: [
        {
          ...taken,
          stages: [...taken.stages, stage('cleanup', 58, 64, 'i-0a1b2c3d4e terminated')],
          terminatedAt: at(64),
        },
        { ...second, stages: [...second.stages.slice(0, 1), stage('train', 63, 82)], ended: 'succeeded' },
      ],
      interruptions: 1,
      step: 1000,
      lastMetrics: { step: 1000, steps: 1000, loss: 0.087, acc: 0.972 },
      costUsd: 0.0034,
      onDemandUsd: 0.0114,
    }),
  ];
}

const clock = { now: () => NOW, log: false };

describe('a run being followed', () => {
  it('reads in a pipe as plain lines', async () => {
    const { out, stdout } = output();
    const ended = await showRun(scripted(story()), out, clock);
    expect(ended?.outcome).toBe('succeeded');
    expect(stdout.lines).toEqual([
      '  ↷ refused       g5.xlarge us-east-1a spot: InsufficientInstanceCapacity, no g5 here',
      '  ✔ launch        i-0a1b2c3d4e  us-east-1a  spot $0.34/h                       1.2 s',
      '  ✔ reach         host key as expected                                         0.3 s',
      '  ✔ code                                                                       0.1 s',
      '  ● train         step 420/1000  loss 0.231  acc 0.931  $0.0011',
      '  ⚡ notice       EC2 takes i-0a1b2c3d4e in 2 min (terminate)',
      '  ✔ checkpoint    step 431, 3.6 MB',
      '  ⚡ train        interrupted, checkpoint 431 is whole                          53 s',
      'attempt 2',
      '  ✔ restore       checkpoint 431, 3 files verified                             0.2 s',
      '  ↻ resumed       from step 431 · 9 steps lost',
      '  ! warning       80 % of limits.maxDuration is over',
      '  ✔ cleanup       attempt 1: i-0a1b2c3d4e terminated                           6.0 s',
      '  ✔ train         step 1000/1000  loss 0.087  acc 0.972                         19 s',
    ]);
  });

  it('tells the last log lines before the end of what wrote them, and a failure once', async () => {
    const failed = { ...stage('train', 0, 8, 'exited 1'), state: 'failed' as const };
    const views = [
      view({ attempts: [attempt(1, { stages: [stage('train', 0)] })] }),
      view({
        phase: 'ended',
        outcome: 'failed',
        endedAt: at(9),
        attempts: [attempt(1, { stages: [failed], ended: 'failed', reason: 'exited 1\nno luck' })],
      }),
    ];
    const written = ['one\n', 'no luck'];
    const readAvailable = async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.from(written.shift() ?? '');
    };
    const handle = {
      ...scripted(views),
      attemptsOf: async () => 1,
      live: async () => undefined,
      log: () => ({ readAvailable }),
    };
    const { out, stdout } = output();
    await showRun(handle as unknown as RunHandle, out, { now: () => NOW });
    expect(stdout.lines).toEqual([
      '  │ one',
      '  │ no luck',
      '  ✘ train         exited 1                                                     8.0 s',
    ]);
  });

  it('shows what a set-up writes before its end, and apart from the log', async () => {
    const views = () => [
      view({ attempts: [attempt(1, { stages: [stage('setup', 0)] })] }),
      view({ attempts: [attempt(1, { stages: [stage('setup', 0, 8), stage('train', 8)] })] }),
      view({ phase: 'ended', outcome: 'succeeded', endedAt: at(9), attempts: [attempt(1, { ended: 'succeeded' })] }),
    ];
    const handle = (): RunHandle => {
      const written = ['Collecting torch\n', 'Installed'];
      const setup = () => ({
        readAvailable: async function* () {
          yield Buffer.from(written.shift() ?? '');
        },
      });
      const said = ['', 'step 1\n'];
      const log = () => ({
        readAvailable: async function* () {
          yield Buffer.from(said.shift() ?? '');
        },
      });
      const more = { attemptsOf: async () => 1, live: async () => undefined, log, setup };
      return { ...scripted(views()), ...more } as unknown as RunHandle;
    };
    const { out, stdout } = output();
    await showRun(handle(), out, { now: () => NOW });
    expect(stdout.lines.slice(0, 4)).toEqual([
      '  │ Collecting torch',
      '  │ Installed',
      '  ✔ setup                                                                      8.0 s',
      '  │ step 1',
    ]);
    const json = output({ json: true });
    await showRun(handle(), json.out, { now: () => NOW });
    const told = json.stdout.lines.map((line) => JSON.parse(line) as { event: string; line?: string });
    expect(told.flatMap(({ event, line }) => (event === 'setup-log' ? [line] : []))).toEqual([
      'Collecting torch',
      'Installed',
    ]);
  });

  it('repeats nothing to who looked away for a moment', async () => {
    const views = story();
    const seen = views[1];
    const { out, stdout } = output();
    await showRun(scripted(views.slice(1)), out, { ...clock, ...(seen ? { since: seen } : {}) });
    expect(stdout.text).not.toContain('launch');
    expect(stdout.text).toContain('attempt 2');
  });

  it('is one JSON object a line with --json, and nothing else', async () => {
    const { out, stdout, stderr } = output({ json: true });
    await showRun(scripted(story()), out, clock);
    const events = stdout.lines.map((line) => JSON.parse(line) as { event: string });
    expect(new Set(events.map((e) => e.event))).toEqual(
      new Set([
        'attempt',
        'refused',
        'stage',
        'progress',
        'notice',
        'checkpoint',
        'attempt-ended',
        'resumed',
        'warning',
      ]),
    );
    expect(stderr.text).toBe('');
  });

  it.each([30, 80, 200])('fits a terminal of %d columns', async (columns) => {
    const { out, stdout } = output({ columns });
    await showRun(scripted(story()), out, clock);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape sequences of the view itself
    const lines = stdout.text.replace(/\u001b\[[0-9;?]*[A-Za-z]|\r/g, '').split('\n');
    for (const line of lines) expect([...line].length).toBeLessThanOrEqual(columns);
    expect(lines.some((line) => line.includes('train'))).toBe(true);
  });

  it('leaves quietly when it is told to', async () => {
    const { out } = output();
    const leaving = new AbortController();
    const shown = showRun(scripted(story()), out, { ...clock, signal: leaving.signal, onView: () => leaving.abort() });
    expect(await shown).toBeUndefined();
  });

  it('waits out a lost connection and says so once', async () => {
    const views = story();
    let looks = 0;
    const handle = {
      status: async () => {
        looks += 1;
        if (looks === 2 || looks === 3)
          throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
        return views.shift() ?? fail('over');
      },
      closed: async () => undefined,
    } as unknown as RunHandle;
    const { out, stdout } = output();
    expect((await showRun(handle, out, clock))?.outcome).toBe('succeeded');
    const connection = stdout.lines.filter((line) => line.includes('connection'));
    expect(connection).toHaveLength(2);
    expect(connection[0]).toContain('the run goes on');
  });

  it('does not take a fault of its own for a lost connection', async () => {
    const handle = { status: async () => fail('bug') } as unknown as RunHandle;
    await expect(showRun(handle, output().out, clock)).rejects.toThrow('bug');
  });
});
