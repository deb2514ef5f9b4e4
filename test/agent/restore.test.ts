import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync, writeFileSync } from 'node:fs';
import type { RestoreRequest, RestoreResult } from '../../contract';
import { Host } from './support/host';

let host: Host;
beforeEach(async () => {
  host = await new Host().open();
});
afterEach(() => host.close());

const sha = (data: Buffer | string): string => createHash('sha256').update(data).digest('hex');
type File = { path: string; mode?: number; size?: number; link?: string; parts?: { sha256: string; bytes: number }[] };

/** Puts a checkpoint into the store as an agent would have, and answers the candidate that a worker makes of it. */
function checkpoint(step: number, files: File[], contents: (string | Buffer)[], more: object = {}) {
  const key = `runs/key/a/1/0/checkpoints/${step}/manifest.json`;
  const partUrls: Record<string, string> = {};
  for (const content of contents) {
    const part = `runs/key/a/1/0/checkpoints/parts/${sha(content)}`;
    writeFileSync(host.store.file(part), content);
    partUrls[sha(content)] = host.store.download(part);
  }
  const bytes = files.reduce((sum, file) => sum + (file.size ?? 0), 0);
  writeFileSync(host.store.file(key), JSON.stringify({ format: 1, step, bytes, files, dirs: [], ...more }));
  return { key, step, attempt: 1, manifestUrl: host.store.download(key), partUrls };
}

const file = (path: string, ...contents: (string | Buffer)[]): File => ({
  path,
  mode: 0o644,
  size: contents.reduce((sum, content) => sum + content.length, 0),
  parts: contents.map((content) => ({ sha256: sha(content), bytes: content.length })),
});

const restore = (candidates: RestoreRequest['candidates']) =>
  host.ok<RestoreResult>('restore', { dir: host.dir, checkpointsDir: 'checkpoints', candidates });

describe('restore', () => {
  it('puts the newest in place of what was there: parts joined, modes, links and empty folders', async () => {
    const [one, two] = [randomBytes(300_000), randomBytes(10)];
    const files = [
      file('model/weights', one, two),
      { ...file('run.sh', 'x'), mode: 0o4755 },
      file('none'),
      { path: 'latest', link: 'model/weights' },
    ];
    host.write('checkpoints/stale', 'x');
    const result = await restore([checkpoint(40, files, [one, two, 'x'], { dirs: ['empty/inner', 'model'] })]);
    expect(result).toMatchObject({ step: 40, attempt: 1, files: 4, bytes: 300_011, damaged: [] });
    const at = (name: string) => host.path('code/checkpoints', name);
    expect(readFileSync(at('model/weights')).equals(Buffer.concat([one, two]))).toBe(true);
    expect(statSync(at('run.sh')).mode & 0o7777).toBe(0o755);
    expect(statSync(at('none')).size).toBe(0);
    expect(readlinkSync(at('latest'))).toBe('model/weights');
    expect(existsSync(at('empty/inner'))).toBe(true);
    expect(existsSync(at('stale'))).toBe(false);
    expect(readdirSync(host.path('tmp'))).toEqual([]);
  });

  it('says that nothing was there, and leaves the folder alone', async () => {
    host.write('checkpoints/mine', 'x');
    expect(await restore([])).toEqual({ step: null, attempt: null, key: null, files: 0, bytes: 0, damaged: [] });
    expect(readFileSync(host.path('code/checkpoints/mine'), 'utf8')).toBe('x');
  });

  it('goes on after cuts and errors of the network, which are no damage', async () => {
    const content = randomBytes(500_000);
    host.store.faults.push({ method: 'GET', key: /parts/, times: 2, cutAfter: 100_000 });
    host.store.faults.push({ method: 'GET', key: /manifest/, times: 1, status: 503, code: 'SlowDown' });
    expect((await restore([checkpoint(1, [file('a', content)], [content])])).damaged).toEqual([]);
    expect(readFileSync(host.path('code/checkpoints/a')).equals(content)).toBe(true);
  });

  it('calls an URL that has expired a failed transfer, not damage: an older checkpoint would lose work', async () => {
    const message = 'Request has expired';
    host.store.faults.push({ method: 'GET', key: /manifest/, times: 1, status: 403, code: 'AccessDenied', message });
    const request = {
      dir: host.dir,
      checkpointsDir: 'checkpoints',
      candidates: [checkpoint(1, [file('a', 'x')], ['x'])],
    };
    expect((await host.fails('restore', request)).code).toBe('transfer');
    host.store.faults.push({ method: 'GET', key: /parts/, times: 1, status: 403, code: 'AccessDenied', message });
    expect((await host.fails('restore', request)).code).toBe('transfer');
    expect(await host.ok('restore', request)).toMatchObject({ step: 1 });
  });

  const damages: [string, RegExp, () => ReturnType<typeof checkpoint>][] = [
    ['a missing manifest', /missing/, () => ({ ...checkpoint(2, [], []), manifestUrl: host.store.download('absent') })],
    ['a manifest of junk', /JSON/, () => junk('{"format": 1, "files": [')],
    ['a manifest that is a list', /JSON/, () => junk('[]')],
    ['another format', /format/, () => checkpoint(2, [], [], { format: 2 })],
    ['a missing list', /lacks/, () => checkpoint(2, [], [], { files: null })],
    ['a part without URL', /missing/, () => checkpoint(2, [file('a', 'x')], [])],
    [
      'a part that is gone',
      /missing/,
      () => {
        const made = checkpoint(2, [file('a', 'gone')], ['gone']);
        rmSync(host.store.file(`runs/key/a/1/0/checkpoints/parts/${sha('gone')}`));
        return made;
      },
    ],
    ['a part with other content', /content/, () => swapped('xx', 'yy')],
    ['a part that is too long', /longer/, () => swapped('xx', 'xxx')],
    ['a part that is too short', /content/, () => swapped('xx', 'x')],
    ['parts that do not add up', /add up/, () => checkpoint(2, [{ ...file('a', 'x'), size: 7 }], ['x'])],
    [
      'a negative part',
      /numbers/,
      () => checkpoint(2, [{ ...file('a', 'x'), parts: [{ sha256: sha('x'), bytes: -1 }] }], []),
    ],
    ['a path upwards', /hostile/, () => checkpoint(2, [file('../../escaped', 'x')], ['x'])],
    ['an absolute path', /hostile/, () => checkpoint(2, [file('/tmp/trainctl-escaped', 'x')], ['x'])],
    ['a folder upwards', /hostile/, () => checkpoint(2, [], [], { dirs: ['../escaped'] })],
    ['a link outwards', /hostile/, () => checkpoint(2, [{ path: 'l', link: '../../../x' }], [])],
    ['an absolute link', /hostile/, () => checkpoint(2, [{ path: 'l', link: '/etc/passwd' }], [])],
    [
      'a file through a link',
      /way|hostile/,
      () => checkpoint(2, [{ path: 'l', link: 'd' }, file('l/x', 'x')], ['x'], { dirs: ['d'] }),
    ],
    [
      'links that lead out together',
      /hostile/,
      () =>
        checkpoint(
          2,
          [
            { path: 'a/b/up', link: '../..' },
            { path: 'out', link: 'a/b/up/../q' },
          ],
          [],
        ),
    ],
    ['depth', /JSON|recursion/i, () => junk(`{"format": 1, "files": ${'['.repeat(200_000)}${']'.repeat(200_000)}}`)],
    [
      'digits without end',
      /JSON|number|disk/,
      () => junk(`{"format": 1, "files": [${oddFile(`"size": 1${'0'.repeat(308)}`)}]}`),
    ],
    ['a size of 1e308', /size/, () => junk(`{"format": 1, "files": [${oddFile('"size": 1e308')}]}`)],
    ['a negative size', /size/, () => checkpoint(2, [{ ...file('none'), size: -1 }], [])],
    ['a time that is no number', /time/, () => junk(`{"format": 1, "files": [${oddFile('"size": 0, "mtime": NaN')}]}`)],
    ['an absurd time', /time/, () => junk(`{"format": 1, "files": [${oddFile('"size": 0, "mtime": 1e300')}]}`)],
    ['a huge name', /longer/, () => checkpoint(2, [file('n'.repeat(5000))], [])],
    ['a name that is none', /no name/, () => checkpoint(2, [file('\ud800')], [])],
    ['a list of lists', /lacks/, () => junk('{"format": 1, "files": [[]]}')],
    [
      'files larger than the disk',
      /resources.disk/,
      () => checkpoint(2, [{ ...file('a'), size: 2 ** 50, parts: [{ sha256: sha('x'), bytes: 2 ** 50 }] }], ['x']),
    ],
    ['a file twice', /doubled/, () => checkpoint(2, [file('a', 'x'), file('a', 'x')], ['x'])],
    ['a file that is also a folder', /way|hostile/, () => checkpoint(2, [file('a', 'x'), file('a/b', 'x')], ['x'])],
  ];
  const oddFile = (fields: string): string => `{"path": "a", "mode": 420, "parts": [], ${fields}}`;
  const junk = (text: string) => {
    const made = checkpoint(2, [], []);
    writeFileSync(host.store.file(made.key), text);
    return made;
  };
  const swapped = (right: string, wrong: string) => {
    const made = checkpoint(2, [file('a', right)], [right]);
    writeFileSync(host.store.file(`runs/key/a/1/0/checkpoints/parts/${sha(right)}`), wrong);
    return made;
  };
  it.each(damages)('takes the one before when it meets %s', async (_name, why, damaged) => {
    const broken = damaged();
    const result = await restore([broken, checkpoint(1, [file('a', 'whole')], ['whole'])]);
    expect(result).toMatchObject({
      step: 1,
      damaged: [{ key: broken.key, why: expect.stringMatching(why) as string }],
    });
    expect(readdirSync(host.path('code/checkpoints'))).toEqual(['a']);
    expect(readFileSync(host.path('code/checkpoints/a'), 'utf8')).toBe('whole');
    expect(readdirSync(host.path('code'))).toEqual(['checkpoints']);
    expect(readdirSync(host.path('tmp'))).toEqual([]);
    expect(existsSync('/tmp/trainctl-escaped')).toBe(false);
  });

  it('is done once, and never under a running process', async () => {
    const candidates = [checkpoint(5, [file('a', 'x')], ['x'])];
    const first = await restore(candidates);
    const requests = host.store.requests.length;
    expect(await restore(candidates)).toEqual(first);
    expect(host.store.requests).toHaveLength(requests);
    await host.ok('start', host.request('sleep 600', { resumedFromStep: 5 }));
    expect(await restore([checkpoint(9, [file('a', 'newer')], ['newer'])])).toEqual(first);
    expect(readFileSync(host.path('code/checkpoints/a'), 'utf8')).toBe('x');
  });

  it('refuses a folder outside of the code', async () => {
    for (const checkpointsDir of ['../x', '/tmp/x', 'a/../../x']) {
      expect((await host.fails('restore', { dir: host.dir, checkpointsDir, candidates: [] })).code).toBe('hostile');
    }
  });
});

describe('a checkpoint and its restore', () => {
  it('give back the same directory, odd names included', async () => {
    host.write(
      'train.py',
      `import os
os.chdir('checkpoints')
open('a b\\n"c"', 'w').write('odd')
open(b'\\xff\\xfe', 'w').write('not utf-8')
os.makedirs('e/f')
os.symlink('e', 'link')
`,
    );
    const attached = await host.start('python3 train.py');
    const { final } = await attached.next('final');
    expect(final.problems).toEqual([]);
    const key = final.checkpoint?.key ?? '';
    const parts = host.store.keys('runs/key/a/1/0/checkpoints/parts/');
    const partUrls = Object.fromEntries(parts.map((part) => [part.slice(-64), host.store.download(part)]));
    const dir = 'trainctl/key/2/0';
    const candidates = [{ key, step: 1, attempt: 1, manifestUrl: host.store.download(key), partUrls }];
    await host.ok('restore', { dir, checkpointsDir: 'checkpoints', candidates });
    execFileSync('diff', [
      '-r',
      '--no-dereference',
      host.path('code/checkpoints'),
      `${host.home}/${dir}/code/checkpoints`,
    ]);
  });
});
