import { type Host, until } from './host';

/** `heard(what)`: a line in the file `heard` of the code folder, in the order in which it happened. */
const HEARD = `
import os, signal, subprocess, sys, time
def heard(what):
    with open(os.environ['HEARD'], 'a') as file: file.write(what + '\\n')
`;

/**
 * A training that saves on TERM, and when a checkpoint is asked for by the file. It cannot save without its two data loaders,
 * which any TERM ends. Ranks end together.
 */
const TRAINING = `${HEARD}
rank, ranks = os.environ.get('RANK', '0'), os.environ.get('WORLD_SIZE', '1')
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
    time.sleep(0.02)
    if rank == '0' and os.path.exists(os.environ['TRAINCTL_CHECKPOINT_FILE']):
        save('asked')
        os.unlink(os.environ['TRAINCTL_CHECKPOINT_FILE'])
save('last')
while not all(os.path.exists('%s/last%d' % (folder, other)) for other in range(int(ranks))): time.sleep(0.02)
for loader in loaders: loader.kill()
sys.exit(143)
`;

/** A launcher: its workers, what it does with TERM (nothing: it has no handler), and with a worker that fails. */
const launcher = (
  ranks: number,
  worker: { apart: boolean; term: string; failed?: string },
) => `#!/usr/bin/env python3${HEARD}
def start(rank):
    env = dict(os.environ, RANK=str(rank), WORLD_SIZE='${ranks}')
    return subprocess.Popen([sys.executable, 'train.py'], env=env, start_new_session=${worker.apart ? 'True' : 'False'})
workers = [start(rank) for rank in range(${ranks})]
def to_groups(number, wait):
    for one in workers:
        if one.poll() is None: os.killpg(one.pid, number)
    until = time.time() + wait
    while time.time() < until and any(one.poll() is None for one in workers): time.sleep(0.02)
    for one in workers:
        if one.poll() is None: os.killpg(one.pid, signal.SIGKILL)
def told(number, _):
    heard('launcher TERM')
${(worker.term || 'pass').replace(/^/gm, '    ')}
${worker.term ? 'signal.signal(signal.SIGTERM, told)' : ''}
while any(one.poll() is None for one in workers):
    time.sleep(0.02)
    if any(one.poll() for one in workers):
        ${worker.failed ?? 'pass'}
heard('launcher ended')
sys.exit(max(abs(one.returncode) for one in workers))
`;

/** To the group of each worker, its loaders too, and KILL after 30 s; also to the others when one fails. */
const TORCHRUN = launcher(2, {
  apart: true,
  term: 'to_groups(number, 30)\nsys.exit(1)',
  failed: 'to_groups(signal.SIGTERM, 30)',
});
/** To the tree of each worker, and KILL at once. */
const DEEPSPEED = launcher(2, {
  apart: false,
  term: "for one in workers: subprocess.call(['pkill', '-TERM', '-P', str(one.pid)]); one.kill()\nsys.exit(1)",
});
/** Passed on to each worker's group, and KILL after 5 s. */
const MPIRUN = launcher(2, { apart: true, term: 'to_groups(number, 5)\nsys.exit(1)' });
/** Waits for one child, and dies by TERM. */
const ACCELERATE = launcher(1, { apart: false, term: '' });
/** Passes it on to its child. */
const UV = launcher(1, { apart: false, term: 'workers[0].send_signal(number)' });

/** Launchers as they behave, by what a user calls them: the command, its program in `bin/`, and how many ranks train. */
export const LAUNCHERS: Record<
  string,
  { command: string | string[]; program: string; content: string; ranks: number }
> = {
  torchrun: { command: ['bin/torchrun', 'train.py'], program: 'bin/torchrun', content: TORCHRUN, ranks: 2 },
  'python -m torch.distributed.run': {
    command: ['python3', '-m', 'torch.distributed.run', 'train.py'],
    program: 'torch/distributed/run.py',
    content: TORCHRUN,
    ranks: 2,
  },
  'accelerate launch': {
    command: 'bin/accelerate launch train.py | tee seen',
    program: 'bin/accelerate',
    content: ACCELERATE,
    ranks: 1,
  },
  deepspeed: { command: 'bin/deepspeed train.py', program: 'bin/deepspeed', content: DEEPSPEED, ranks: 2 },
  mpirun: { command: ['sh', '-c', 'bin/mpirun train.py; true'], program: 'bin/mpirun', content: MPIRUN, ranks: 2 },
  'uv run': { command: ['bin/uv', 'run', 'train.py'], program: 'bin/uv', content: UV, ranks: 1 },
  // These two are the real ones.
  make: { command: 'make train', program: 'Makefile', content: 'train:\n\tpython3 train.py\n', ranks: 1 },
  'npm run': {
    command: ['npm', 'run', 'train'],
    program: 'package.json',
    content: '{"scripts": {"train": "python3 train.py"}}',
    ranks: 1,
  },
  'one of its own': { command: ['python3', 'launch.py'], program: 'launch.py', content: TORCHRUN, ranks: 2 },
};

export function writeLauncher(host: Host, { program, content }: { program: string; content: string }): void {
  host.env.HEARD = host.path('heard');
  host.write('train.py', TRAINING);
  host.write(program, content, 0o755);
}

/** Waits until all ranks have their handlers. */
export const allReady = (log: () => string, ranks: number) =>
  until(
    () => `${ranks} ranks to be ready: ${log()}`,
    () => log().split('ready').length > ranks,
  );
