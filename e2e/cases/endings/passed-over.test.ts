import { existsSync, readFileSync } from 'node:fs';
import { checkpoints } from '../../../test/agent/support/commands';
import { Host } from '../../../test/agent/support/host';
import { allReady, writeLauncher } from '../../../test/agent/support/training';

let host: Host;
beforeEach(async () => {
  host = await new Host().open();
});
afterEach(() => host.close());

const text = (file: string): string => (existsSync(host.path(file)) ? readFileSync(host.path(file), 'utf8') : '');

const START = `
import os, signal, subprocess, sys, time
def start(*argv): return subprocess.Popen([sys.executable, *argv], env=dict(os.environ, WORLD_SIZE='2'))
`;

test('ranks that looked like helpers of a launcher that does nothing are told at half of the grace', async () => {
  const launch = `${START}
signal.signal(signal.SIGTERM, lambda *_: None)
made = [start('train.py', str(rank)) for rank in range(2)]
while any(one.poll() is None for one in made): time.sleep(0.1)
`;
  writeLauncher(host, { command: [], files: { 'launch.py': launch }, ranks: 2 });
  const attached = await host.start(['python3', 'launch.py'], checkpoints(12));
  await allReady(() => text('log'), 2);
  attached.send({ t: 'stop', mode: 'graceful', graceSeconds: 12 });
  expect((await attached.next('final', 90)).final).toMatchObject({ code: 0, stoppedBy: 'stop' });
  const heard = text('heard');
  expect(heard.match(/rank \d TERM/g)?.sort()).toEqual(['rank 0 TERM', 'rank 1 TERM']);
  expect(heard.match(/rank \d saved last/g)?.sort()).toEqual(['rank 0 saved last', 'rank 1 saved last']);
});

test('a training that slept while its helper worked is told at half of the grace', async () => {
  const helper = `
import signal, time
signal.signal(signal.SIGTERM, lambda *_: None)
print('ready', flush=True)
while True: pass
`;
  const train = `${START}
def save(*_):
    open(os.environ['TRAINCTL_CHECKPOINT_DIR'] + '/saved', 'w').close()
    helper.kill()
    sys.exit(143)
signal.signal(signal.SIGTERM, save)
helper = start('helper.py')
while True: time.sleep(0.5)
`;
  host.write('helper.py', helper);
  host.write('train.py', train);
  const attached = await host.start(['python3', 'train.py'], checkpoints(12));
  await allReady(() => text('log'), 1);
  attached.send({ t: 'stop', mode: 'graceful', graceSeconds: 12 });
  expect((await attached.next('final', 90)).final).toMatchObject({ code: 143, stoppedBy: 'stop' });
  expect(existsSync(host.path('code/checkpoints/saved'))).toBe(true);
});
