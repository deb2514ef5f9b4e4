import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { type AttachEvent, manifestName } from '../../../contract';
import { type Attached, Host, until } from '../../../test/agent/support/host';

interface Manifest {
  number: number;
  step: number | null;
  stepFrom?: string;
  suspect?: string;
  files: { path: string }[];
}

let host: Host;
beforeEach(async () => {
  host = await new Host().open();
});
afterEach(() => host.close());

const every = (everySeconds: number) => ({
  checkpoints: { dir: 'checkpoints', everySeconds, graceSeconds: 5, signal: null },
});
const manifest = (number: number): Manifest => host.store.json<Manifest>(`runs/key/a/1/0/${manifestName(number)}`);
const said = (word: string) =>
  until(
    `the word ${word}`,
    () => existsSync(host.path('log')) && readFileSync(host.path('log'), 'utf8').includes(word),
  );
const checkpoints = ({ events }: Attached) =>
  events.filter((event): event is Extract<AttachEvent, { t: 'checkpoint' }> => event.t === 'checkpoint');
const stop = (attached: Attached, mode: 'graceful' | 'now' = 'graceful') =>
  attached.send({ t: 'stop', mode, graceSeconds: mode === 'now' ? 0 : 5 });

/** Python with what most of these scripts need. */
const python = (body: string) => `import json, os, signal, subprocess, sys, time
def say(word): print(word, flush=True)
${body}`;
/** A save in place that is never finished: part of the file is on disk. */
const HALF = `f = open('checkpoints/last.pkl', 'wb'); f.write(b'half'); f.flush(); say('half')
`;
/** A save in place that was over before anybody looked, by more than the clock of files is behind. */
const SAVED = `open('checkpoints/state.json', 'w').write('saved'); time.sleep(0.2)
`;

describe('a checkpoint that was being written when the process ended is suspect', () => {
  const ends: [string, string, (attached: Attached) => void, RegExp][] = [
    ['by TERM, without a handler', `${HALF}time.sleep(600)`, stop, /last\.pkl was open for writing .*TERM/],
    ['by KILL', `${HALF}time.sleep(600)`, (a) => stop(a, 'now'), /last\.pkl was open for writing .*KILL/],
    [
      'by its own handler of TERM in the middle',
      `signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
with open('checkpoints/last.pkl', 'wb') as f:
    f.write(b'half'); f.flush(); say('half'); time.sleep(600)`,
      stop,
      /last\.pkl was open for writing .*TERM/,
    ],
    [
      'by a child that writes, with a parent that handles TERM',
      `if len(sys.argv) > 1:
    ${HALF.trim()}; time.sleep(600)
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
subprocess.Popen([sys.executable, __file__, 'child']); time.sleep(600)`,
      stop,
      /last\.pkl was open for writing/,
    ],
    [
      'by an error in the middle',
      `try:
    with open('checkpoints/last.pkl', 'wb') as f: f.write(b'half'); say('half'); raise OSError('no')
finally: pass`,
      () => undefined,
      /last\.pkl was written [012]\.\d s before the process failed \(exit code 1\)/,
    ],
    [
      'by a KILL that came from nobody that we know, between two files',
      `os.makedirs('checkpoints/checkpoint-16')
say('half')
while not os.path.exists('go'): time.sleep(0.02)
open('checkpoints/checkpoint-16/model.bin', 'w').write('x'); os.kill(os.getpid(), signal.SIGKILL)`,
      () => host.write('go', ''),
      /checkpoint-16\/model\.bin was written [012]\.\d s before the process ended by SIGKILL/,
    ],
    [
      'by its own choice, while a thread of it saves',
      `import threading
open('checkpoints/last.pkl', 'wb').write(b'x' * 9000); time.sleep(0.3)
def save():
    f = open('checkpoints/last.pkl', 'wb'); f.write(b'half'); f.flush(); say('half'); time.sleep(600)
threading.Thread(target=save, daemon=True).start()
while not os.path.exists('go'): time.sleep(0.02)
os._exit(0)`,
      () => host.write('go', ''),
      /last\.pkl was open for writing when its process ended, and is smaller than it was before/,
    ],
  ];
  it.each(ends)('%s', async (_, script, end, suspect) => {
    host.write('train.py', python(script));
    const attached = await host.start(['python3', 'train.py']);
    await said('half');
    end(attached);
    const { final } = await attached.next('final');
    expect(final.checkpoint?.suspect).toMatch(suspect);
    expect(manifest(1).suspect).toBe(final.checkpoint?.suspect);
    expect((await attached.next('checkpoint-failed')).message).toContain('1 is suspect: ');
  });
});

describe('a checkpoint is whole', () => {
  const whole: [string, string][] = [
    [
      'that was saved by the handler of TERM, whatever its exit code is',
      `def save(*_):
    for name in ('model', 'optimizer'): open('checkpoints/' + name, 'w').write('saved')
    sys.exit(1)
signal.signal(signal.SIGTERM, save)
say('half'); time.sleep(600)`,
    ],
    [
      'that its handler of TERM wrote anew, over one that was in the middle',
      `f = open('checkpoints/last.pkl', 'wb'); f.write(b'half'); f.flush()
def save(*_):
    f.close(); time.sleep(0.05); open('checkpoints/last.pkl', 'wb').write(b'saved'); sys.exit(143)
signal.signal(signal.SIGTERM, save)
say('half'); time.sleep(600)`,
    ],
    [
      'that was renamed into place, however shortly before its process was ended',
      `os.makedirs('checkpoints/.tmp-8')
for name in ('model', 'optimizer'): open('checkpoints/.tmp-8/' + name, 'w').write('saved')
time.sleep(0.05); os.rename('checkpoints/.tmp-8', 'checkpoints/checkpoint-8')
say('half'); time.sleep(600)`,
    ],
    [
      'whose files were renamed into place in the moment before',
      `for name in ('model', 'optimizer'):
    open('checkpoints/' + name + '.part', 'w').write('saved'); os.replace('checkpoints/' + name + '.part', 'checkpoints/' + name)
say('half'); time.sleep(600)`,
    ],
    [
      'beside one that is half written under a name to be renamed',
      `${SAVED}f = open('checkpoints/state.json.tmp', 'w'); f.write('half'); f.flush(); say('half'); time.sleep(600)`,
    ],
    [
      'with a log that is being written to its last moment',
      `${SAVED}f = open('checkpoints/train.log', 'w'); f.write('half'); f.flush(); say('half'); time.sleep(600)`,
    ],
    [
      'whose process went on after it: a metrics line came later',
      `for name in ('model', 'optimizer'): open('checkpoints/' + name, 'w').write('saved')
time.sleep(0.05); open(os.environ['TRAINCTL_METRICS'], 'a').write('{"step": 9}\\n'); say('half'); time.sleep(600)`,
    ],
  ];
  it.each(whole)('%s', async (_, script) => {
    host.write('train.py', python(script));
    const attached = await host.start(['python3', 'train.py']);
    await said('half');
    stop(attached);
    const { final } = await attached.next('final');
    expect(final.checkpoint).toMatchObject({ number: 1 });
    expect(final.checkpoint?.suspect).toBeUndefined();
    expect(manifest(1).files.map(({ path }) => path)).not.toContain('state.json.tmp');
  });
});

describe('a checkpoint is always taken', () => {
  it('of a script that never rests: replaced, rewritten in place, with logs growing beside it', async () => {
    host.write(
      'train.py',
      python(`log = open('checkpoints/events.out.tfevents.1', 'a'); step = 0
while not os.path.exists('go'):
    step += 1
    log.write('x'); log.flush()
    open('checkpoints/plain.json', 'w').write(json.dumps({'step': step}))
    with open('checkpoints/state.json.part', 'w') as f: json.dump({'step': step}, f)
    os.replace('checkpoints/state.json.part', 'checkpoints/state.json')
    time.sleep(0.5)
`),
    );
    const attached = await host.start(['python3', 'train.py'], every(2));
    await until('three of them', () => checkpoints(attached).length >= 3);
    writeFileSync(host.path('code/go'), '');
    const { final } = await attached.next('final');
    expect(final.problems).toEqual([]);
    expect(attached.events.filter((event) => event.t === 'checkpoint-failed')).toEqual([]);
    for (const { number = 0 } of checkpoints(attached)) {
      expect(manifest(number).suspect).toBeUndefined();
      expect(manifest(number).files.map(({ path }) => path)).toEqual(
        expect.arrayContaining(['events.out.tfevents.1', 'plain.json', 'state.json']),
      );
    }
  });

  it('of a file that is always open, as a suspect one, and that is said', async () => {
    host.write(
      'train.py',
      python(`f = open('checkpoints/data.h5', 'r+b' if os.path.exists('checkpoints/data.h5') else 'w+b')
f.write(b'x'); f.flush(); say('half')
while not os.path.exists('go'): time.sleep(0.05)
`),
    );
    const attached = await host.start(['python3', 'train.py'], every(1));
    const { message } = await attached.next('checkpoint-failed', 30);
    expect(message).toMatch(/data\.h5 is open for writing by python3/);
    expect((await attached.next('checkpoint', 30)).suspect).toMatch(/data\.h5 is open for writing by python3/);
    writeFileSync(host.path('code/go'), '');
    // Closed by an end of its own choice, it is whole as it is.
    const { final } = await attached.next('final');
    expect(final.checkpoint).toMatchObject({ number: 2 });
    expect(final.checkpoint?.suspect).toBeUndefined();
  });
});
