import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { alive, Host, until } from './support/host';

let host: Host;
beforeEach(async () => {
  host = await new Host().open();
});
afterEach(() => host.close());

const final = async (command: string | string[], more = {}) => {
  const attached = await host.start(command, more);
  const event = await attached.next('final');
  expect(await attached.closed).toBe(0);
  return event.final;
};

describe('exit codes', () => {
  it('reports 0, with the log in S3', async () => {
    const end = await final('echo hello');
    expect(end).toMatchObject({ code: 0, signal: null, stoppedBy: null, problems: [], logBytes: 6, logUploaded: 6 });
    expect(end.tail).toBe('hello');
    expect(host.joined().toString()).toBe('hello\n');
    await until('the last word in S3', () => existsSync(host.store.file('runs/key/a/1/0/final.json')));
    expect(host.store.json('runs/key/a/1/0/final.json')).toEqual(end);
  });

  it('reports the code of a failing step in the middle of a pipe', async () => {
    expect(await final('echo a; (exit 7) | cat; echo never')).toMatchObject({ code: 7, signal: null });
    expect(host.joined().toString()).toBe('a\n');
  });

  it('reports a signal that killed the process', async () => {
    expect(await final(['bash', '-c', 'kill -SEGV $$'])).toMatchObject({ code: null, signal: 'SIGSEGV' });
  });

  it('gives the last lines of stderr as tail, at most 2 KiB, without secrets', async () => {
    const end = await final(`echo out; for i in $(seq 1000); do echo "line $i $KEY" >&2; done; echo out; exit 3`, {
      secrets: { KEY: 'hunter22' },
    });
    expect(end.code).toBe(3);
    expect(Buffer.byteLength(end.tail)).toBeLessThanOrEqual(2048);
    expect(end.tail.split('\n').at(-1)).toBe('line 1000 [secret KEY]');
    expect(end.tail).not.toContain('hunter22');
  });

  it('names a missing script in python’s own words', async () => {
    const end = await final('python3 missing.py');
    expect(end.code).toBe(2);
    expect(end.tail).toContain('No such file');
  });

  it('ends 127 for a command that bash does not find, and refuses to start one that cannot be executed', async () => {
    const refused = await host.fails('start', host.request(['no-such-program', '-x']));
    expect(refused).toMatchObject({ code: 'command-not-found' });
    expect(refused.message).toContain('no-such-program');
    expect(await host.fails('status', { dir: host.dir })).toMatchObject({ code: 'not-started' });
    host.write('noexec.sh', 'echo hi');
    expect((await host.fails('start', host.request(['./noexec.sh']))).message).toContain('cannot be executed');
    host.write('go.sh', '#!/bin/bash\r\necho hi\r\n', 0o755);
    expect((await host.fails('start', host.request(['./go.sh']))).message).toContain('"#!/bin/bash\\r"');
    const end = await final('no-such-program');
    expect(end.code).toBe(127);
    expect(end.tail).toContain('command not found');
  });
});

describe('what the process sees', () => {
  it('gets the names of its run, its folders and its own environment; secrets are in no file or argument', async () => {
    const end = await final('env; pwd; printf %s "$TOKEN" | sha256sum', {
      env: { OMP_NUM_THREADS: '4', WANDB_RESUME: 'never' },
      secrets: { TOKEN: 's3cr3t-value' },
    });
    expect(end.code).toBe(0);
    const log = host.joined().toString();
    for (const line of [
      'TRAINCTL_RUN=digits-1',
      'TRAINCTL_ATTEMPT=1',
      'TRAINCTL_NODE=0',
      `TRAINCTL_CHECKPOINT_DIR=${host.path('code/checkpoints')}`,
      'TRAINCTL_RESUME_FROM=',
      `TRAINCTL_METRICS=${host.path('metrics')}`,
      `TRAINCTL_DATA=${host.path('code/data')}`,
      `TRAINCTL_OUTPUTS=${host.path('code/outputs')}`,
      'WANDB_RUN_ID=key',
      'WANDB_RESUME=never',
      'OMP_NUM_THREADS=4',
      'PYTHONUNBUFFERED=1',
      // It has the value; the log has not.
      'TOKEN=[secret TOKEN]',
      `${createHash('sha256').update('s3cr3t-value').digest('hex')}  -`,
      host.path('code'),
    ]) {
      expect(log.split('\n')).toContain(line);
    }
    for (const file of ['log', 'state/agent.json', 'state/state.json', 'state/final.json', 'state/agent.log']) {
      expect(readFileSync(host.path(file), 'utf8')).not.toContain('s3cr3t');
    }
  });
});

describe('a second start', () => {
  it('returns the first one’s process, also after its end', async () => {
    const first = await host.ok<{ pid: number; started: boolean }>('start', host.request('sleep 0.5'));
    const [second, third] = await Promise.all([1, 2].map(() => host.ok('start', host.request('echo other'))));
    expect(first.started).toBe(true);
    expect(second).toEqual({ pid: first.pid, started: false });
    expect(third).toEqual(second);
    await host.attach().next('final');
    expect(await host.ok('start', host.request('echo other'))).toEqual(second);
  });

  it('is the loser of a race in one of two', async () => {
    const answers = await Promise.all(
      [1, 2, 3].map(() => host.ok<{ pid: number; started: boolean }>('start', host.request('sleep 5'))),
    );
    expect(answers.filter((one) => one.started)).toHaveLength(1);
    expect(new Set(answers.map((one) => one.pid)).size).toBe(1);
  });
});

describe('the process tree', () => {
  it('ends what the command left behind, also what has left its session', async () => {
    host.write(
      'escape.py',
      `import os, sys, time
for how in ('double-fork', 'setsid'):
    if os.fork() == 0:
        os.setsid()
        if how == 'double-fork' and os.fork():
            os._exit(0)
        open(how, 'w').write(str(os.getpid()))
        import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)
        time.sleep(600)
while not all(os.path.exists(p) and open(p).read() for p in ('double-fork', 'setsid')):
    time.sleep(0.01)
print('main is done')
`,
    );
    const end = await final('python3 escape.py', {
      checkpoints: { dir: 'checkpoints', everySeconds: 0, graceSeconds: 1, signal: null },
    });
    expect(end).toMatchObject({ code: 0, problems: [] });
    for (const name of ['double-fork', 'setsid']) {
      expect(alive(Number(readFileSync(host.path('code', name), 'utf8')))).toBe(false);
    }
  });

  it('leaves no process of its own', async () => {
    await final('true');
    const daemon = host.daemon();
    await until('the daemon to end', () => daemon && !alive(daemon.pid));
  });
});

it('a flood of metrics comes after the log and the last checkpoint, is whole, and is warned of', async () => {
  host.write(
    'train.py',
    `import os, time
line = b"".join(b'{"step": %d, "loss": 0.5}\\n' % step for step in range(100000, 200000))
open("ready", "w").close()
while not os.path.exists("go"):
    time.sleep(0.01)
with open(os.environ["TRAINCTL_METRICS"], "ab") as metrics:
    for _ in range(7):
        metrics.write(line)
    metrics.write(b'{"step": 200000, "loss": 0.25}\\n')
with open(os.environ["TRAINCTL_CHECKPOINT_DIR"] + "/last.bin", "w") as file:
    file.write("saved")
print("done")
`,
  );
  const attached = await host.start('python3 train.py');
  await until('the script', () => existsSync(host.path('code', 'ready')));
  // The agent sees flood and end in one moment, however long the machine takes over them: some of it is then left to send.
  const { pid, training } = host.daemon() ?? { pid: 0, training: 0 };
  process.kill(pid, 'SIGSTOP');
  host.write('go', '');
  await until('the end of the script', () => !alive(training));
  process.kill(pid, 'SIGCONT');
  const { final: end } = await attached.next('final');
  expect(await attached.closed).toBe(0);
  expect(end).toMatchObject({ code: 0, step: 200_000, metrics: { loss: 0.25 }, problems: [] });
  expect(end.warnings).toEqual([expect.stringContaining('lines of metrics a second')]);
  const key = 'runs/key/a/1/0/';
  const sent = host.store.requests.map(({ key }) => key);
  const manifest = sent.findIndex((name) => name.endsWith('/manifest.json'));
  const last = sent.findLastIndex((name) => name.startsWith(`${key}metrics/`));
  expect(manifest).toBeGreaterThan(0);
  expect(last).toBeGreaterThan(manifest);
  const ends = host.store.keys(`${key}metrics/`).map((name) => Number(name.slice(-16)));
  expect(Math.max(...ends)).toBe(statSync(host.path('metrics')).size);
});
