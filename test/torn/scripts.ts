/** Ways in which training scripts write their checkpoints. Each saves every few steps, slowly, and says when it has. */
export const WAYS = [
  'in-place',
  'two-files',
  'folder',
  'renamed',
  'child',
  'handler',
  'emptied',
  'handler-two-files',
  'handler-often',
  'slow-files',
  'thread',
  'shell',
] as const;
export type Way = (typeof WAYS)[number];

/** Files of a save, and bytes of one: of each it can be told whether it is all there, and of which step. */
const COMMON = `import hashlib, json, os, signal, subprocess, sys, threading, time
folder = os.environ['TRAINCTL_CHECKPOINT_DIR']
pace, pause = 0.02, 0.1
def body(step):
    text = hashlib.sha256(str(step).encode()).hexdigest() * 2000
    return json.dumps({'step': step, 'text': text, 'end': step}).encode()
def write(path, step):
    data = body(step)
    with open(path, 'wb') as file:
        for at in range(0, len(data), len(data) // 8):
            file.write(data[at : at + len(data) // 8]); file.flush(); time.sleep(pace)
`;

const EXITS = `signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
`;
const TWO_FILES = `def save(step):
    write(folder + '/model.json', step); write(folder + '/optimizer.json', step)
`;

const SAVES: Record<Way, string> = {
  'in-place': `def save(step): write(folder + '/last.json', step)
`,
  'two-files': TWO_FILES,
  'handler-two-files': EXITS + TWO_FILES,
  folder: `def save(step):
    place = folder + '/checkpoint-%d' % step; os.makedirs(place)
    write(place + '/model.json', step); write(place + '/optimizer.json', step)
`,
  renamed: `def save(step):
    write(folder + '/last.json.part', step); os.replace(folder + '/last.json.part', folder + '/last.json')
`,
  child: `def save(step):
    subprocess.run([sys.executable, __file__, 'write', str(step)], check=True)
if sys.argv[1:2] == ['write']:
    write(folder + '/last.json', int(sys.argv[2])); sys.exit(0)
`,
  handler: `${EXITS}def save(step): write(folder + '/last.json', step)
`,
  // Begins a save so often that some begin between a look at who writes and the signal.
  'handler-often': `${EXITS}pace, pause = 0.001, 0.01
def save(step): write(folder + '/last.json', step)
`,
  // Longer between its files than between its saves.
  'slow-files': `def save(step):
    time.sleep(0.5)
    for name in ('model', 'optimizer', 'scheduler'):
        if name != 'model': time.sleep(0.8)
        write(folder + '/' + name + '.json', step)
`,
  // While a thread writes, the training goes on and says so.
  thread: `${EXITS}${TWO_FILES.replace('save', 'both')}def save(step):
    saver = threading.Thread(target=both, args=(step,), daemon=True); saver.start()
    while saver.is_alive():
        with open(os.environ['TRAINCTL_METRICS'], 'a') as file: file.write('{"step": %d}\\n' % step)
        time.sleep(0.01)
`,
  // The shell above it ends with 0, whatever becomes of it.
  shell: TWO_FILES,
  // As if held up where nobody sees the file open yet.
  emptied: `def save(step):
    open(folder + '/last.json', 'w').close(); time.sleep(0.3); write(folder + '/last.json', step)
`,
};

/** What is run: `train.py`, by itself or by a shell. */
export const commandOf = (way: Way): string | string[] =>
  way === 'shell' ? 'python3 train.py || true' : ['python3', 'train.py'];

/** The files of one save. */
function namesOf(way: Way): string[] {
  if (way === 'slow-files') return ['model.json', 'optimizer.json', 'scheduler.json'];
  const one: Way[] = ['in-place', 'renamed', 'child', 'handler', 'handler-often', 'emptied'];
  return one.includes(way) ? ['last.json'] : ['model.json', 'optimizer.json'];
}

/** `train.py` of a way. It goes on until it is ended. */
export const scriptOf = (way: Way): string => `${COMMON}${SAVES[way]}step = 0
while True:
    step += 2
    time.sleep(pause)
    save(step)
    print('saved', step, flush=True)
`;

/**
 * What is wrong with the files of a checkpoint, by path, as that script would read them: of a way with folders, the newest one
 * counts. Undefined: it is whole.
 */
export function faultOf(way: Way, files: ReadonlyMap<string, string>): string | undefined {
  const steps = [...files.keys()].flatMap((name) => /^checkpoint-(\d+)\//.exec(name)?.[1] ?? []).map(Number);
  const below = way === 'folder' ? `checkpoint-${Math.max(...steps)}/` : '';
  const read = namesOf(way).map((name) => [below + name, stepIn(files.get(below + name))] as const);
  const torn = read.find(([, step]) => step === undefined);
  if (torn) return `${torn[0]} is ${files.has(torn[0]) ? `torn at ${files.get(torn[0])?.length} bytes` : 'missing'}`;
  if (new Set(read.map(([, step]) => step)).size > 1) return `its files are of two saves`;
  return undefined;
}

/** The step that a whole file says; undefined for a torn one. */
function stepIn(text: string | undefined): number | undefined {
  try {
    const { step, end } = JSON.parse(text ?? '') as { step: number; end: number };
    return step === end ? step : undefined;
  } catch {
    return undefined;
  }
}
