import { existsSync, readFileSync } from 'node:fs';
import { type Host, until } from './host';

/** Saves on TERM what it must not lose, and ends with the code given. */
export const saver = (code: number, seconds = 0) => `
import os, signal, sys, time
def save(*_):
    time.sleep(${seconds})
    open(os.environ['TRAINCTL_CHECKPOINT_DIR'] + '/last.bin', 'w').write('saved')
    sys.exit(${code})
signal.signal(signal.SIGTERM, save)
signal.signal(signal.SIGUSR1, lambda *_: open(os.environ['TRAINCTL_CHECKPOINT_DIR'] + '/usr1.bin', 'w').write('x'))
print('ready', flush=True)
while True: time.sleep(0.05)
`;
export const stubborn = `
import os, signal, subprocess, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen(['sleep', '600'], start_new_session=True)
open('child', 'w').write(str(child.pid))
print('ready', flush=True)
while True: time.sleep(0.05)
`;
const log = (host: Host) => readFileSync(host.path('log'), 'utf8');

/** Waits until the command has said so. */
export const ready = (host: Host) =>
  until('the process to be ready', () => existsSync(host.path('log')) && /ready/.test(log(host)));

export const checkpoints = (graceSeconds: number, signal: string | null = null) => ({
  checkpoints: { dir: 'checkpoints', everySeconds: 3600, graceSeconds, signal },
});
