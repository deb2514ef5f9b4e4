import { type Host, until } from './host';

/** `heard(what)`: a line in the file `heard` of the code folder, in the order in which it happened. */
export const HEARD = `
import os, signal, subprocess, sys, time
def heard(what):
    with open(os.environ['HEARD'], 'a') as file: file.write(what + '\\n')
`;

/**
 * A training that saves on TERM, and when a checkpoint is asked for by the file. It cannot save without its two data loaders,
 * which any TERM ends. Ranks end together.
 */
const TRAINING = `${HEARD}
rank, ranks = os.environ.get('RANK') or (sys.argv[1:] or ['0'])[-1], os.environ.get('WORLD_SIZE', '1')
name, folder = 'rank ' + rank, os.environ['TRAINCTL_CHECKPOINT_DIR']
LOADER = r'''${HEARD}
signal.signal(signal.SIGTERM, lambda *_: (heard('loader TERM'), os._exit(1)))
os.write(1, b'x')
time.sleep(600)
'''
loaders = [subprocess.Popen([sys.executable, '-c', LOADER], stdout=subprocess.PIPE) for _ in range(2)]
for loader in loaders: loader.stdout.read(1)
asked = []
signal.signal(signal.SIGTERM, lambda *_: (heard(name + ' TERM'), asked.append(1)))
def save(kind):
    time.sleep(0.2)
    lost = any(loader.poll() is not None for loader in loaders)
    with open(folder + '/.part' + rank, 'w') as file: file.write(kind)
    os.replace(folder + '/.part' + rank, folder + '/' + kind + rank)
    heard(name + (' lost ' if lost else ' saved ') + kind)
print('ready', flush=True)
while not asked:
    until = time.time() + (0.1 if os.environ.get('WORK') else 0)
    while time.time() < until: pass
    time.sleep(0.02)
    if rank == '0' and os.path.exists(os.environ['TRAINCTL_CHECKPOINT_FILE']):
        save('asked')
        os.unlink(os.environ['TRAINCTL_CHECKPOINT_FILE'])
save('last')
while not all(os.path.exists('%s/last%d' % (folder, other)) for other in range(int(ranks))): time.sleep(0.02)
for loader in loaders: loader.kill()
sys.exit(143)
`;

/** How such a training is started: the command, what it needs beside `train.py`, and how many ranks train. */
export interface Launcher {
  command: string | string[];
  files: Record<string, string>;
  ranks: number;
}

export function writeLauncher(host: Host, { files }: Launcher): void {
  host.env.HEARD = host.path('heard');
  host.write('train.py', TRAINING);
  for (const [name, content] of Object.entries(files)) host.write(name, content, 0o755);
}

/** Waits until all ranks have their handlers. */
export const allReady = (log: () => string, ranks: number) =>
  until(
    () => `${ranks} ranks to be ready: ${log()}`,
    () => log().split('ready').length > ranks,
  );
