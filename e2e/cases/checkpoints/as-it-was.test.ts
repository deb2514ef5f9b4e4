import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import type { RestoreResult } from '../../../contract';
import { Host, PYTHON } from '../../../test/agent/support/host';

let host: Host;
beforeEach(async () => {
  host = await new Host().open();
});
afterEach(() => host.close());

const NEXT = 'trainctl/key/2/0';

/** Restores the checkpoint that an attempt left, as a worker lets the next one do. */
async function restoreLast(key: string, more: object = {}): Promise<RestoreResult> {
  const parts = host.store.keys('runs/key/a/1/0/checkpoints/parts/');
  const partUrls = Object.fromEntries(parts.map((part) => [part.slice(-64), host.store.download(part)]));
  const candidates = [{ key, step: 1, attempt: 1, manifestUrl: host.store.download(key), partUrls }];
  return host.ok('restore', { dir: NEXT, checkpointsDir: 'checkpoints', candidates, ...more });
}

const LEAVE = `import os
os.chdir('checkpoints')
os.makedirs('old/deep'); os.makedirs('private')
open('w', 'w').write('weights'); os.link('w', 'old/again'); os.symlink('w', 'latest')
with open('map', 'wb') as f: f.seek(150 << 20); f.write(b'end')
os.mkfifo('pipe')
for n, name in enumerate(['w', 'map', 'latest', 'old/deep', 'old', 'private', '.']):
    os.utime(name, ns=(1, 1600000000000000001 + n * 3000000007), follow_symlinks=False)
os.chmod('private', 0o2700); os.chmod('.', 0o750)
`;

test('times of files and folders, modes, holes and second names come back; what cannot is named', async () => {
  host.write('train.py', LEAVE);
  const attached = await host.start('python3 train.py');
  // Told when it is taken, and not with the last word alone.
  expect((await attached.next('warning')).message).toBe("checkpoint: 'pipe': a fifo, left out");
  const { final } = await attached.next('final');
  expect(final.problems).toEqual(["checkpoint: 'pipe': a fifo, left out"]);
  expect(final.warnings).toEqual([]);
  expect(host.store.json(final.checkpoint?.key ?? '')).toMatchObject({ leftOut: ["'pipe': a fifo, left out"] });
  await restoreLast(final.checkpoint?.key ?? '');
  const [was, is] = [host.path('code/checkpoints'), `${host.home}/${NEXT}/code/checkpoints`];
  const at = (root: string, name: string) => {
    const { mode, mtimeNs, size } = lstatSync(`${root}/${name}`, { bigint: true });
    return { mode, mtimeNs, ...(name.includes('e') || name === 'private' || name === '.' ? {} : { size }) };
  };
  for (const name of ['w', 'old/again', 'latest', 'map', 'old', 'old/deep', 'private', '.']) {
    expect({ name, ...at(is, name) }).toEqual({ name, ...at(was, name) });
  }
  expect(statSync(`${is}/w`).ino).toBe(statSync(`${is}/old/again`).ino);
  expect(existsSync(`${is}/pipe`)).toBe(false);
  execFileSync('cmp', [`${is}/map`, `${was}/map`]);
  if (statSync(`${was}/map`).blocks * 512 < 1 << 20) expect(statSync(`${is}/map`).blocks * 512).toBeLessThan(1 << 20);
  // Two parts are nothing but a hole: one of them is sent, and none of them fetched.
  const fetched = host.store.requests.filter(({ method, key }) => method === 'GET' && key.includes('/parts/'));
  expect(fetched).toHaveLength(2);
});

describe('what waits until the command starts', () => {
  const content = (text: string) => {
    writeFileSync(host.store.file(text), text);
    return { url: host.store.download(text), path: '', bytes: text.length };
  };

  it.each([
    ['fetched, then restored', ['fetch', 'restore']],
    ['restored, then fetched', ['restore', 'fetch']],
    ['fetched again after it was restored', ['fetch', 'restore', 'fetch']],
    ['side by side', ['both']],
  ])('is not in the code while it is installed, and what is restored wins: %s', async (_, order) => {
    host.write('train.py', "open('checkpoints/state', 'w').write('step 44')\n");
    const attached = await host.start('python3 train.py');
    const { final } = await attached.next('final');
    const key = final.checkpoint?.key ?? '';
    const files = [content('pretrained')];
    const inputs = [
      { to: 'checkpoints/state', files },
      { to: 'checkpoints/more', files },
      { to: 'data/x', files },
    ];
    const steps: Record<string, () => Promise<unknown>> = {
      fetch: () => host.ok('fetch', { dir: NEXT, inputs, held: true }),
      restore: () => restoreLast(key, { held: true }),
      both: () => Promise.all([steps.fetch?.(), steps.restore?.()]),
    };
    for (const name of order) await steps[name]?.();
    const code = `${host.home}/${NEXT}/code`;
    const list = () => execFileSync('find', ['.', '-type', 'f'], { cwd: code, encoding: 'utf8' }).split('\n').sort();
    expect(list()).toEqual(['']);
    // The command is none that can run: what is placed can be looked at, and nobody has to be ended.
    const request = host.request([`${PYTHON}-that-is-not-there`], { dir: NEXT });
    expect((await host.fails('start', request)).code).toBe('command-not-found');
    expect(list()).toEqual(['', './checkpoints/state', './data/x']);
    expect(readFileSync(`${code}/checkpoints/state`, 'utf8')).toBe('step 44');
  });
});
