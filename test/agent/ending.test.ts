import { existsSync, readFileSync } from 'node:fs';
import { checkpoints, ready } from './support/commands';
import { alive, Host, until } from './support/host';
import { Imds } from './support/imds';

let host: Host;
beforeEach(async () => {
  host = await new Host().open();
});
afterEach(() => host.close());

const read = (file: string): string => readFileSync(host.path(file), 'utf8');

it.each([
  ['no handler of TERM', ''],
  ['TERM ignored', 'signal.signal(signal.SIGTERM, signal.SIG_IGN)'],
])('a script that looks at the stop file saves with %s, and its loader lives until then', async (_, more) => {
  host.write(
    'train.py',
    `
import json, os, signal, subprocess, sys, time
loader = subprocess.Popen(['sleep', '600'])
${more}
print('ready', flush=True)
while not os.path.exists(os.environ['TRAINCTL_STOP_FILE']): time.sleep(0.05)
time.sleep(0.5)
stop = json.load(open(os.environ['TRAINCTL_STOP_FILE']))
stop['loader'] = loader.poll()
json.dump(stop, open(os.environ['TRAINCTL_CHECKPOINT_DIR'] + '/stop.json', 'w'))
sys.exit(3)
`,
  );
  const attached = await host.start(['sh', '-c', 'nice python3 train.py; exit $?'], checkpoints(60));
  await ready(host);
  const asked = Date.now() / 1000;
  await host.ok('stop', { dir: host.dir, mode: 'graceful', graceSeconds: 60, reason: 'budget' });
  const { final } = await attached.next('final');
  expect(final).toMatchObject({ code: 3, stoppedBy: 'stop', problems: [] });
  const stop = JSON.parse(read('code/checkpoints/stop.json')) as { reason: string; deadline: number; loader: null };
  expect(stop).toMatchObject({ reason: 'budget', loader: null });
  expect(stop.deadline - asked).toBeGreaterThanOrEqual(59.9);
  expect(stop.deadline).toBeLessThan(Date.now() / 1000 + 60);
  expect(host.store.keys().filter((key) => /asked|hooks/.test(key))).toEqual([]);
});

it('what has made itself a daemon is killed at the end of the grace', async () => {
  host.write(
    'train.py',
    `
import os, signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
if os.fork() == 0:
    os.setsid()
    if os.fork(): os._exit(0)
    os.setpgid(0, 0) if os.getpgrp() != os.getpid() else None
    with open('daemon.part', 'w') as file: file.write(str(os.getpid()))
    os.replace('daemon.part', 'daemon')
    while True: time.sleep(1)
while not os.path.exists('daemon'): time.sleep(0.02)
print('ready', flush=True)
signal.signal(signal.SIGTERM, lambda *_: sys.exit(5))
while True: time.sleep(0.05)
`,
  );
  const attached = await host.start('python3 train.py', checkpoints(20));
  await ready(host);
  const pid = Number(read('code/daemon'));
  expect(alive(pid)).toBe(true);
  attached.send({ t: 'stop', mode: 'graceful', graceSeconds: 4 });
  expect((await attached.next('final')).final).toMatchObject({ code: 5, stoppedBy: 'stop' });
  expect(alive(pid)).toBe(false);
});

it('the helper is there for a script, beside what it has on PYTHONPATH; a recommendation is no end of one that goes on', async () => {
  const imds = await new Imds().open();
  try {
    host.env.AWS_EC2_METADATA_SERVICE_ENDPOINT = imds.url;
    imds.rebalance = true;
    host.write('lib/mine.py', '');
    host.write(
      'train.py',
      `
import os, sys, time
import mine, trainctl_hooks
print('ready', os.listdir(os.path.dirname(trainctl_hooks.__file__)), sys.path[-1], flush=True)
trainctl_hooks.log(step=1, loss=float('nan'))
while trainctl_hooks.stop_reason() is None: time.sleep(0.05)
print(trainctl_hooks.stop_reason(), trainctl_hooks.stop_deadline(), flush=True)
assert os.environ['STAYS'] == 'yes' or trainctl_hooks.should_stop()
`,
    );
    const env = { PYTHONPATH: host.path('code/lib'), PYTHONDONTWRITEBYTECODE: '1', STAYS: 'no' };
    const told = await host.start(['python3', 'train.py'], { env });
    expect((await told.next('final')).final).toMatchObject({ code: 0, stoppedBy: 'rebalance' });
    expect(read('log')).toMatch(/^ready \['trainctl_hooks.py'\] .*\nrebalance None\n/);
    expect(read('metrics')).toBe('{"step": 1, "loss": NaN}\n');

    const again = { dir: `${host.dir}-2`, env: { ...env, STAYS: 'yes' } };
    host.write('../../0-2/code/train.py', read('code/train.py'));
    await host.ok('start', host.request(['python3', 'train.py'], again));
    const final = await until('the last word', () =>
      existsSync(host.path('../0-2/state/final.json')) ? read('../0-2/state/final.json') : undefined,
    );
    expect(JSON.parse(final)).toMatchObject({ code: 0, stoppedBy: null });
  } finally {
    await imds.close();
  }
});
