import { HEARD, type Launcher } from './training';

/**
 * A launcher that somebody wrote. It handles TERM itself: it would send it to all of its process group, which its ranks and
 * their data loaders are in. `ranks()` starts two and answers when they have ended.
 */
const own = (ranks: string) => `${HEARD}
import multiprocessing, multiprocessing.connection, runpy, threading
def told(number, _):
    heard('launcher TERM')
    signal.signal(number, signal.SIG_IGN)
    os.killpg(0, number)
    sys.exit(1)
def environment(rank): return dict(os.environ, WORLD_SIZE='2', RANK=str(rank))
def start(rank, *more, **how): return subprocess.Popen([sys.executable, 'train.py', *more], **how)
def train(rank):
    os.environ.update(environment(rank))
    runpy.run_path('train.py', run_name='__main__')
${ranks}
if __name__ == '__main__':
    signal.signal(signal.SIGTERM, told)
    ranks()
    heard('launcher ended')
`;

/** `Process` for each rank; `after`: how their end is waited for. */
const processes = (method: string, after: string) =>
  own(`def ranks():
    made = [multiprocessing.get_context('${method}').Process(target=train, args=(rank,)) for rank in range(2)]
    for one in made: one.start()
${after.replace(/^/gm, '    ')}
`);
const JOIN = 'for one in made: one.join()';
/** As torch.multiprocessing's `spawn` waits (torch 2.15.0, torch/multiprocessing/spawn.py). */
const SENTINELS = `waiting = [one.sentinel for one in made]
while waiting:
    for ended in multiprocessing.connection.wait(waiting): waiting.remove(ended)`;

const python = (launch: string): Launcher => ({
  command: ['python3', 'launch.py'],
  files: { 'launch.py': launch },
  ranks: 2,
});

/** By how they start their ranks and wait for them. */
export const OWN_LAUNCHERS: Record<string, Launcher> = {
  'Popen, in a group of its own': python(
    own(`def ranks():
    for one in [start(rank, env=environment(rank), start_new_session=True) for rank in range(2)]: one.wait()
`).replace(
      'os.killpg(0, number)',
      "[os.killpg(int(pid), number) for pid in subprocess.run(['pgrep', '-P', str(os.getpid())], stdout=subprocess.PIPE).stdout.split()]",
    ),
  ),
  'Popen, wait': python(
    own(`def ranks():
    for one in [start(rank, env=environment(rank)) for rank in range(2)]: one.wait()
`),
  ),
  'Popen, looked at now and then': python(
    own(`def ranks():
    made = [start(rank, env=environment(rank)) for rank in range(2)]
    while any(one.poll() is None for one in made): time.sleep(0.1)
`),
  ),
  'Popen for each accelerator': python(
    own(`def ranks():
    made = [start(rank, str(rank), env=dict(os.environ, WORLD_SIZE='2', CUDA_VISIBLE_DEVICES=str(rank))) for rank in range(2)]
    while any(one.poll() is None for one in made): time.sleep(0.1)
`),
  ),
  'Popen with an option': python(
    own(`def ranks():
    made = [start(rank, '--rank', str(rank), env=dict(os.environ, WORLD_SIZE='2')) for rank in range(2)]
    while any(one.poll() is None for one in made): time.sleep(0.1)
`),
  ),
  'Popen without a sign of ranks, which are at work': python(
    own(`def ranks():
    made = [start(rank, str(rank), env=dict(os.environ, WORLD_SIZE='2', WORK='yes')) for rank in range(2)]
    while any(one.poll() is None for one in made): time.sleep(0.2)
`),
  ),
  'subprocess.run in threads': python(
    own(`def ranks():
    def one(rank): subprocess.run([sys.executable, 'train.py'], env=environment(rank))
    made = [threading.Thread(target=one, args=(rank,)) for rank in range(2)]
    for thread in made: thread.start()
    for thread in made: thread.join()
`),
  ),
  'multiprocessing, forked and joined': python(processes('fork', JOIN)),
  'multiprocessing, spawned and joined': python(processes('spawn', JOIN)),
  'multiprocessing, spawned, as torch waits': python(processes('spawn', SENTINELS)),
  'multiprocessing, by the fork server': python(processes('forkserver', JOIN)),
  'bash, trap and wait': {
    command: ['bash', 'launch.sh'],
    files: {
      'launch.sh': `trap 'echo launcher TERM >> "$HEARD"; trap - TERM; kill 0' TERM
for rank in 0 1; do RANK=$rank WORLD_SIZE=2 python3 train.py & done
wait
`,
    },
    ranks: 2,
  },
};
