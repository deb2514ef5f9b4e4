import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { type CheckpointResult, manifestName } from '../../contract';
import { Host, until } from './support/host';

jest.setTimeout(120_000);

interface Manifest {
  format: number;
  run: string;
  attempt: number;
  node: number;
  number: number;
  step: number | null;
  stepFrom?: 'name' | 'metrics';
  suspect?: string;
  createdAt: string;
  why: string;
  bytes: number;
  files: { path: string; mode?: number; size?: number; link?: string; parts?: { sha256: string; bytes: number }[] }[];
  dirs: string[];
}

let host: Host;
beforeEach(async () => {
  host = await new Host().open();
});
afterEach(() => host.close());

const PREFIX = 'runs/key/a/1/0/checkpoints/';
const manifests = (): string[] => host.store.keys(PREFIX).filter((key) => key.endsWith('manifest.json'));
const manifest = (number: number): Manifest => host.store.json<Manifest>(`runs/key/a/1/0/${manifestName(number)}`);
const sha = (data: Buffer | string): string => createHash('sha256').update(data).digest('hex');
const every = (everySeconds: number, signal: string | null = null) => ({
  checkpoints: { dir: 'checkpoints', everySeconds, graceSeconds: 5, signal },
});
const GO = 'while [ ! -e go ]; do sleep 0.05; done';
const go = () => writeFileSync(host.path('code/go'), '');

describe('a checkpoint', () => {
  it('is the whole directory: parts by content, modes, links, folders, the manifest last', async () => {
    const command = `echo '{"step": 12}' >> $TRAINCTL_METRICS; cd checkpoints; echo same > a; echo same > b; mkdir -p deep/empty; echo x > deep/run.sh
      chmod 755 deep/run.sh; : > none; ln -s deep/run.sh latest; ln -s $PWD/a absolute; ln -s /etc/passwd out`;
    const attached = await host.start(command);
    const { final } = await attached.next('final');
    const event = await attached.next('checkpoint');
    expect(event).toMatchObject({ step: 12, why: 'exit', key: manifests()[0], bytes: 12 });
    expect(final.checkpoint).toEqual({ number: 1, step: 12, key: event.key, bytes: 12, at: event.at });
    const found = manifest(1);
    expect(found).toMatchObject({ format: 1, run: 'digits-1', attempt: 1, node: 0, step: 12, why: 'exit', bytes: 12 });
    expect(found).toMatchObject({ number: 1, stepFrom: 'metrics' });
    expect(found.dirs).toEqual(['deep', 'deep/empty']);
    const by = Object.fromEntries(found.files.map((file) => [file.path, file]));
    expect(Object.keys(by)).toEqual(['a', 'absolute', 'b', 'deep/run.sh', 'latest', 'none']);
    expect(by.a?.parts).toEqual([{ sha256: sha('same\n'), bytes: 5 }]);
    expect(by['deep/run.sh']?.mode).toBe(0o755);
    expect(by.latest?.link).toBe('deep/run.sh');
    expect(by.absolute?.link).toBe('a');
    expect(by.none).toMatchObject({ size: 0, parts: [] });
    expect(final.problems).toEqual([expect.stringMatching("'out': a link")]);
    const posts = host.store.requests.filter((one) => one.method === 'POST' && one.key.startsWith(PREFIX));
    expect(posts.at(-1)?.key).toBe(event.key);
  });

  it('is one state of the directory also when files are replaced while they go up', async () => {
    host.store.faults.push({ method: 'POST', key: /checkpoints\/parts/, times: 4, status: 503, code: 'SlowDown' });
    mkdirSync(host.path('code/checkpoints'));
    writeFileSync(host.path('code/checkpoints/model'), 'one');
    const attached = await host.start(GO, every(1));
    await until('the first upload', () => host.store.requests.some((one) => one.key.includes('/parts/')));
    writeFileSync(host.path('code/checkpoints/.new'), 'two');
    renameSync(host.path('code/checkpoints/.new'), host.path('code/checkpoints/model'));
    await attached.next('checkpoint');
    expect(manifest(1).files.map((file) => [file.path, file.parts?.[0]?.sha256])).toEqual([['model', sha('one')]]);
    await until('the next', () => manifests().length === 2);
    expect(manifest(2).files.map((file) => [file.path, file.parts?.[0]?.sha256])).toEqual([['model', sha('two')]]);
    go();
  });

  it('is packed again when a file is rewritten in place, and never stored under a wrong hash', async () => {
    host.store.faults.push({ method: 'POST', key: /checkpoints\/parts/, times: 1000, status: 503, code: 'SlowDown' });
    mkdirSync(host.path('code/checkpoints'));
    writeFileSync(host.path('code/checkpoints/model'), 'one');
    const attached = await host.start(GO, every(1));
    await until('the first upload', () => host.store.requests.some((one) => one.key.includes('/parts/')));
    writeFileSync(host.path('code/checkpoints/model'), 'TWO');
    host.store.faults.length = 0;
    await attached.next('checkpoint');
    expect(manifest(1).files[0]?.parts?.[0]?.sha256).toBe(sha('TWO'));
    for (const key of host.store.keys(`${PREFIX}parts/`)) expect(key.endsWith(sha(host.store.read(key)))).toBe(true);
    go();
  });

  it('does not exist as long as its manifest does not', async () => {
    host.store.faults.push({ method: 'POST', key: /manifest/, times: 1, status: 403, code: 'AccessDenied' });
    mkdirSync(host.path('code/checkpoints'));
    writeFileSync(host.path('code/checkpoints/model'), 'one');
    const attached = await host.start(GO, every(1));
    expect((await attached.next('checkpoint-failed')).message).toContain('AccessDenied');
    await attached.next('checkpoint');
    expect(host.store.requests.filter((one) => one.key.includes('/parts/'))).toHaveLength(1);
    go();
  });

  it('is taken when asked for: the signal first, then what the process has written', async () => {
    host.write(
      'train.py',
      `import os, signal, time
def save(*_):
    time.sleep(0.3); open('checkpoints/asked', 'w').write('by signal')
signal.signal(signal.SIGUSR1, save)
open('ready', 'w').close()
while not os.path.exists('go'): time.sleep(0.05)
`,
    );
    const attached = await host.start('python3 train.py', every(3600, 'SIGUSR1'));
    await until('the handler', () => existsSync(host.path('code/ready')));
    attached.send({ t: 'checkpoint' });
    expect(await attached.next('checkpoint')).toMatchObject({ why: 'asked', number: 1, bytes: 9 });
    go();
  });

  it('is told to the program below its launchers, and ends nothing that does not know the signal', async () => {
    host.write(
      'train.py',
      `import os, signal, time
open('begun', 'w').close()
while not os.path.exists('know'): time.sleep(0.05)
signal.signal(signal.SIGUSR1, lambda *_: open('checkpoints/asked', 'w').write('by signal'))
open('ready', 'w').close()
while not os.path.exists('go'): time.sleep(0.05)
`,
    );
    // A list is run as it is, so here the command's own process is a shell that knows no signal.
    const attached = await host.start(
      ['sh', '-c', 'sh -c "python3 train.py; exit $?"; exit $?'],
      every(3600, 'SIGUSR1'),
    );
    await until('the program', () => existsSync(host.path('code/begun')));
    writeFileSync(host.path('code/checkpoints/early'), '');
    attached.send({ t: 'checkpoint' });
    expect(await attached.next('checkpoint')).toMatchObject({ why: 'asked', bytes: 0 });
    expect(readFileSync(host.path('state/agent.log'), 'utf8')).toContain('nothing of the command handles signal');
    writeFileSync(host.path('code/know'), '');
    await until('the handler', () => existsSync(host.path('code/ready')));
    const seen = attached.events.length;
    attached.send({ t: 'checkpoint' });
    expect(await attached.next('checkpoint', 40, seen)).toMatchObject({ why: 'asked', bytes: 9 });
    go();
    expect((await attached.next('final')).final).toMatchObject({ code: 0, signal: null });
  });

  it('that is asked for packs what is there; nothing there is said; the same again is reported again', async () => {
    const attached = await host.start(GO);
    await attached.next('hello');
    expect(await host.ok('checkpoint', { dir: host.dir })).toEqual({
      phase: 'training',
      checkpoint: null,
      reason: 'there is nothing in checkpoints yet',
    });
    expect((await attached.next('checkpoint-failed')).message).toContain('nothing in checkpoints');
    writeFileSync(host.path('code/checkpoints/x'), 'x');
    const taken = await host.ok<CheckpointResult>('checkpoint', { dir: host.dir });
    expect(taken).toMatchObject({ checkpoint: { number: 1, step: null, bytes: 1, key: manifests()[0] }, reason: null });
    expect(await host.ok('checkpoint', { dir: host.dir })).toMatchObject({
      checkpoint: { number: 1 },
      reason: 'nothing has changed in checkpoints since',
    });
    const seen = attached.events.length;
    attached.send({ t: 'checkpoint' });
    expect((await attached.next('checkpoint', 40, seen)).number).toBe(1);
    expect(manifests()).toHaveLength(1);
    await attached.detach();
    const again = host.attach(2);
    expect((await again.next('checkpoint')).number).toBe(1);
    go();
  });

  it('under way gives way to the last one when the process is told to stop', async () => {
    host.store.faults.push({ method: 'POST', key: /checkpoints\/parts/, times: 1000, status: 503, code: 'SlowDown' });
    host.write(
      'train.py',
      `import os, signal, sys, time
def save(*_):
    open('checkpoints/model', 'w').write('last'); sys.exit(0)
signal.signal(signal.SIGTERM, save)
open('checkpoints/model', 'w').write('first')
while True: time.sleep(0.05)
`,
    );
    const attached = await host.start('python3 train.py', every(1));
    await until('the first upload', () => host.store.requests.some((one) => one.key.includes('/parts/')));
    attached.send({ t: 'stop', mode: 'graceful', graceSeconds: 60 });
    // Until then the one under way gets nowhere.
    await attached.next('exit');
    host.store.faults.length = 0;
    const { final } = await attached.next('final');
    expect(final.problems).toEqual([]);
    expect(attached.events.filter((event) => event.t === 'checkpoint')).toHaveLength(1);
    expect(manifest(final.checkpoint?.number ?? 0)).toMatchObject({ why: 'stop', bytes: 4 });
    expect(manifest(1).files[0]?.parts?.[0]?.sha256).toBe(sha('last'));
  });

  it('does not send back what was restored', async () => {
    mkdirSync(host.path('code/checkpoints'));
    writeFileSync(host.path('code/checkpoints/x'), 'x');
    symlinkSync('x', host.path('code/checkpoints/y'));
    const attached = await host.start('echo $TRAINCTL_RESUME_FROM; while [ ! -e go ]; do sleep 0.05; done', {
      ...every(1),
      resumedFromStep: 40,
    });
    await new Promise((resolve) => setTimeout(resolve, 4000));
    expect(manifests()).toEqual([]);
    go();
    const { final } = await attached.next('final');
    expect(final.checkpoint).toBeNull();
    expect(host.joined().toString()).toBe(`${host.path('code/checkpoints')}\n`);
  });

  it('names a signal that this host does not have', async () => {
    const request = host.request('true', every(0, 'SIGNOPE'));
    expect(await host.fails('start', request)).toMatchObject({ code: 'bad-request' });
  });
});
