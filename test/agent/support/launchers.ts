import { HEARD, type Launcher } from './training';

/**
 * A launcher: its workers (`argv` of each), what it does with TERM (nothing: it has no handler), and with a worker that fails.
 */
const launcher = (
  ranks: number,
  worker: { apart?: boolean; argv?: string; term?: string; failed?: string; every?: number },
) => `#!/usr/bin/env python3${HEARD}
def start(rank):
    env = dict(os.environ, RANK=str(rank), LOCAL_RANK=str(rank), WORLD_SIZE='${ranks}')
    return subprocess.Popen(${worker.argv ?? "[sys.executable, '-u', 'train.py']"}, env=env, start_new_session=${worker.apart ? 'True' : 'False'})
workers = [start(rank) for rank in range(${ranks})]
def living(): return [one for one in workers if one.poll() is None]
def wait(seconds):
    until = time.time() + seconds
    while time.time() < until and living(): time.sleep(0.02)
def to_groups(number):
    for one in living(): os.killpg(one.pid, number)
def below(pid):
    children = subprocess.run(['pgrep', '-P', str(pid)], stdout=subprocess.PIPE).stdout.split()
    return [one for child in children for one in [int(child), *below(int(child))]]
def to_trees():
    for one in living():
        tree = [*below(one.pid), one.pid]
        for pid in tree:
            try: os.kill(pid, signal.SIGTERM)
            except ProcessLookupError: pass
        until = time.time() + 30
        while time.time() < until and one.poll() is None: time.sleep(0.02)
        if one.poll() is None: one.kill()
def told(number, _):
    heard('launcher TERM')
${(worker.term ?? 'pass').replace(/^/gm, '    ')}
${worker.term ? 'signal.signal(signal.SIGTERM, told)' : ''}
while living():
    time.sleep(${worker.every ?? 0.1})
    if any(one.poll() for one in workers):
        ${worker.failed ?? 'pass'}
heard('launcher ended')
sys.exit(max(abs(one.returncode) for one in workers))
`;

/**
 * torch 2.15.0, torch/distributed/elastic (subprocess_handler.py, multiprocessing/api.py, agent/server/api.py): each worker has a
 * session of its own; TERM goes to that group, and KILL after 30 s; so it does for the others when one fails.
 */
const STOP = 'to_groups(signal.SIGTERM); wait(30); to_groups(signal.SIGKILL)';
const TORCHRUN = launcher(2, { apart: true, term: `${STOP}; sys.exit(1)`, failed: STOP });

/** accelerate 1.15.0, commands/launch.py, one process: waits for its child, and has no handler. Several: torchrun's code. */
const ACCELERATE = launcher(1, {});

/**
 * DeepSpeed 0.19.8, launcher/runner.py: starts launcher/launch.py and waits for it, without a handler. That one starts the ranks
 * in its own group, looks at them every second, and at TERM, or when one fails, sends TERM to each rank's whole tree, children
 * first, one rank after the other, and KILL after 30 s.
 */
const DEEPSPEED = `#!/usr/bin/env python3
import subprocess, sys
sys.exit(subprocess.run([sys.executable, '-u', '-m', 'deepspeed.launcher.launch', '--world_info=e30=', *sys.argv[1:]]).returncode)
`;
const DEEPSPEED_LAUNCH = launcher(2, {
  argv: "[sys.executable, '-u', sys.argv[-1], '--local_rank=%d' % rank]",
  term: 'to_trees(); sys.exit(1)',
  failed: 'to_trees(); sys.exit(1)',
  every: 1,
});

/**
 * Open MPI 5, PRRTE's odls (odls_default_module.c, odls_base_default_fns.c): each rank has a process group of its own; CONT, TERM
 * and KILL go to that group, a quarter of a second apart; so it does for the others when one fails.
 */
const ABORT = [
  'to_groups(signal.SIGCONT); wait(0.25)',
  'to_groups(signal.SIGTERM); wait(0.25)',
  'to_groups(signal.SIGKILL)',
].join('; ');
const MPIRUN = launcher(2, { apart: true, term: `${ABORT}; sys.exit(1)`, failed: ABORT });

/** uv 0.13.9, crates/uv/src/child.rs: passes TERM on to its child, each time, and waits. */
const UV = launcher(1, { term: 'workers[0].send_signal(number)' });

/** Launchers as they behave, by what a user calls them. The versions are those whose sources were read. */
export const LAUNCHERS: Record<string, Launcher> = {
  torchrun: { command: ['bin/torchrun', 'train.py'], files: { 'bin/torchrun': TORCHRUN }, ranks: 2 },
  'python -m torch.distributed.run': {
    command: ['python3', '-m', 'torch.distributed.run', 'train.py'],
    files: { 'torch/distributed/run.py': TORCHRUN },
    ranks: 2,
  },
  'accelerate launch': {
    command: 'bin/accelerate launch train.py | tee seen',
    files: { 'bin/accelerate': ACCELERATE },
    ranks: 1,
  },
  'accelerate launch of several': {
    command: 'bin/accelerate launch --multi_gpu train.py',
    files: { 'bin/accelerate': TORCHRUN },
    ranks: 2,
  },
  deepspeed: {
    command: 'bin/deepspeed train.py',
    files: { 'bin/deepspeed': DEEPSPEED, 'deepspeed/launcher/launch.py': DEEPSPEED_LAUNCH },
    ranks: 2,
  },
  mpirun: { command: ['sh', '-c', 'bin/mpirun train.py; true'], files: { 'bin/mpirun': MPIRUN }, ranks: 2 },
  'uv run': { command: ['bin/uv', 'run', 'train.py'], files: { 'bin/uv': UV }, ranks: 1 },
  // These two are the real ones.
  make: { command: 'make train', files: { Makefile: 'train:\n\tpython3 train.py\n' }, ranks: 1 },
  'npm run': {
    command: ['npm', 'run', 'train'],
    files: { 'package.json': '{"scripts": {"train": "python3 train.py"}}' },
    ranks: 1,
  },
};
