import { setTimeout as delay } from 'node:timers/promises';
import type { RunStatus } from '../../../contract';
import { runTorn, summary } from '../../../test/torn/run-torn';
import { type CliResult, trainctl } from '../../support/cli';
import { gate } from '../../support/gate';
import { project } from '../../support/project';

jest.setTimeout(240_000);

const value = async <T>(args: string[]): Promise<T> => {
  const { code, stdout, stderr }: CliResult = await trainctl([...args, '--json']);
  if (code !== 0) throw new Error(`${args.join(' ')}: ${stderr}`);
  return JSON.parse(stdout) as T;
};

/** Starts the script on a spot instance; answers the run's id. */
async function start(script: string, more: string[] = []): Promise<string> {
  const dir = await project({ 'train.py': script });
  const spec = ['--set', 'resources.market=spot', '--set', 'limits={maxDuration: 5m, maxCostUsd: 0.5}', ...more];
  const { stdout, stderr } = await trainctl(['run', dir, '--detach', '--json', ...spec, '--', 'python3', 'train.py']);
  if (!stdout) throw new Error(stderr);
  return (JSON.parse(stdout) as { run: string }).run;
}

async function until(run: string, holds: (log: string, status: RunStatus) => boolean): Promise<RunStatus> {
  for (;;) {
    const status = await value<RunStatus>(['status', run]);
    if (holds((await trainctl(['logs', run])).stdout, status)) return status;
    if (status.outcome !== undefined) throw new Error(`${run} ended: ${JSON.stringify(status)}`);
    await delay(250);
  }
}

const take = (how: 'interrupt' | 'kill', status: RunStatus) =>
  trainctl(['local', how, status.attempts.at(-1)?.instanceId ?? '']);

/**
 * Two files, one after the other, in place; no handler of TERM. The second save, which begins once it may, waits in its middle to be
 * interrupted.
 */
const TORN = `import json, os, time
folder = os.environ['TRAINCTL_CHECKPOINT_DIR']
names = [os.path.join(folder, name) for name in ('model.json', 'optimizer.json')]
def load(): return json.load(open(names[0]))['n'], json.load(open(names[1]))['n']
n = 0
if os.environ['TRAINCTL_RESUME_FROM']:
    n, other = load()
    assert n == other, (n, other)
print('from', n, flush=True)
while n < 3:
    n += 1
    for name in names:
        with open(name, 'w') as file:
            file.write('{"n": '); file.flush()
            if n == 2 and os.environ['TRAINCTL_ATTEMPT'] == '1' and name == names[1]:
                print('in the middle', flush=True); time.sleep(600)
            file.write('%d}' % n)
    print('saved', n, flush=True)
    while os.environ['TRAINCTL_ATTEMPT'] == '1' and not os.path.exists(os.environ['GO']): time.sleep(0.1)
print('done', flush=True)
`;

test('an interruption in mid-write: the torn one is suspect, the whole one before it is resumed from', async () => {
  const more = gate();
  const run = await start(TORN, ['--set', 'checkpoints.every=1s', '--env', `GO=${more.file}`]);
  await until(run, (_, { lastCheckpoint }) => lastCheckpoint !== undefined);
  more.open();
  const torn = await until(run, (log) => log.includes('in the middle'));
  expect(torn.lastCheckpoint?.suspect).toBeUndefined();
  await take('interrupt', torn);
  expect((await trainctl(['status', run, '--wait'])).code).toBe(0);
  const status = await value<RunStatus>(['status', run]);
  expect(status).toMatchObject({ outcome: 'succeeded', attemptCount: 2, failures: 0 });
  expect((await trainctl(['logs', run, '--attempt', '2'])).stdout).toBe('from 1\nsaved 2\nsaved 3\ndone\n');
  const warned = status.warnings?.map(({ message }) => message).join('\n');
  expect(warned).toMatch(/suspect: optimizer\.json was open for writing/);
});

const NEVER_RESTS = `import json, os, time
folder = os.environ['TRAINCTL_CHECKPOINT_DIR']
path, n = os.path.join(folder, 'state.json'), 0
if os.path.exists(path): n = json.load(open(path))['n']
print('from', n, flush=True)
log = open(os.path.join(folder, 'events.out.tfevents.1'), 'a')
while n < 60 or os.environ['TRAINCTL_ATTEMPT'] == '1':
    n += 1
    log.write('x'); log.flush()
    with open(path + '.part', 'w') as file: json.dump({'n': n}, file)
    os.replace(path + '.part', path); time.sleep(0.5)
print('done', flush=True)
`;

test('a script that never rests has its checkpoints, also when it is asked for one, and goes on from the newest', async () => {
  const run = await start(NEVER_RESTS, ['--set', 'checkpoints.every=2s']);
  await until(run, (_, status) => status.lastCheckpoint !== undefined);
  const { checkpoint } = await value<{ checkpoint: { step: null; number: number; suspect?: string } }>([
    'checkpoints',
    'take',
    run,
  ]);
  expect(checkpoint).toMatchObject({ step: null, number: expect.any(Number) });
  expect(checkpoint.suspect).toBeUndefined();
  await take('kill', await value<RunStatus>(['status', run]));
  expect((await trainctl(['status', run, '--wait'])).code).toBe(0);
  const log = (await trainctl(['logs', run, '--attempt', '2'])).stdout;
  expect(log).toMatch(/^from [1-9]\d*\ndone\n$/);
});

test('asking where there is nothing yet is answered with the reason', async () => {
  const run = await start(`import time\nprint('begun', flush=True)\ntime.sleep(600)\n`);
  await until(run, (log) => log.includes('begun'));
  const { code, stderr } = await trainctl(['checkpoints', 'take', run]);
  expect(code).not.toBe(0);
  expect(stderr).toContain('there is nothing in checkpoints yet');
  await trainctl(['stop', run, '--now', '--wait']);
});

test('trainings ended at random moments of their writing: nothing torn is called whole', async () => {
  const all = await runTorn({ rounds: 12, seed: Math.floor(Date.now() / 86_400_000), together: 3 });
  process.stderr.write(`${summary(all)}\n`);
  expect(all.flatMap(({ problems }) => problems)).toEqual([]);
});
