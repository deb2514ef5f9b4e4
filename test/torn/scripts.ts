/** Ways in which training scripts write their checkpoints. Each saves every few steps, slowly, and says when it has. */
export const WAYS = ['in-place', 'two-files', 'folder', 'renamed', 'child', 'handler', 'emptied'] as const;
export type Way = (typeof WAYS)[number];

/** Files of a save, and bytes of one: of each it can be told whether it is all there, and of which step. */
const COMMON = `import hashlib, json, os, signal, subprocess, sys, time
folder = os.environ['TRAINCTL_CHECKPOINT_DIR']
def body(step):
    text = hashlib.sha256(str(step).encode()).hexdigest() * 2000
    return json.dumps({'step': step, 'text': text, 'end': step}).encode()
def write(path, step):
    data = body(step)
    with open(path, 'wb') as file:
        for at in range(0, len(data), len(data) // 8):
            file.write(data[at : at + len(data) // 8]); file.flush(); time.sleep(0.02)
`;

const SAVES: Record<Way, string> = {
  'in-place': `def save(step): write(folder + '/last.json', step)
`,
  'two-files': `def save(step):
    write(folder + '/model.json', step); write(folder + '/optimizer.json', step)
`,
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
  handler: `signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
def save(step): write(folder + '/last.json', step)
`,
  // As if held up where nobody sees the file open yet.
  emptied: `def save(step):
    open(folder + '/last.json', 'w').close(); time.sleep(0.3); write(folder + '/last.json', step)
`,
};

/** `train.py` of a way. It goes on until it is ended. */
export const scriptOf = (way: Way): string => `${COMMON}${SAVES[way]}step = 0
while True:
    step += 2
    time.sleep(0.1)
    save(step)
    print('saved', step, flush=True)
`;

/**
 * What is wrong with the files of a checkpoint, by path, as that script would read them: of a way with folders, the newest one
 * counts. Undefined: it is whole.
 */
export function faultOf(way: Way, files: ReadonlyMap<string, string>): string | undefined {
  const names = way === 'two-files' || way === 'folder' ? ['model.json', 'optimizer.json'] : ['last.json'];
  const steps = [...files.keys()].flatMap((name) => /^checkpoint-(\d+)\//.exec(name)?.[1] ?? []).map(Number);
  const below = way === 'folder' ? `checkpoint-${Math.max(...steps)}/` : '';
  const read = names.map((name) => [below + name, stepIn(files.get(below + name))] as const);
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
