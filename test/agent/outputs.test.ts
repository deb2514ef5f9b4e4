import { createHash } from 'node:crypto';
import { type Attached, Host } from './support/host';

let host: Host;
beforeEach(async () => {
  host = await new Host().open();
});
afterEach(() => host.close());

const sha = (data: Buffer | string): string => createHash('sha256').update(data).digest('hex');
const OWN = 'runs/key/a/1/0/';

describe('outputs', () => {
  it('go to the node’s own prefix, or where a grant says, with an index of their hashes', async () => {
    const attached = await host.start(
      `echo model > $TRAINCTL_OUTPUTS/model.bin; mkdir -p $TRAINCTL_OUTPUTS/deep out; echo 1 > "outputs/deep/ü 1"
       ln -s model.bin outputs/latest; ln -s /etc/passwd outputs/evil; ln -s deep outputs/folder
       echo r > out/result; echo s > out/second; echo f > single.txt`,
      {
        outputs: [{ from: 'outputs' }, { from: 'out/' }, { from: 'single.txt' }, { from: 'absent' }],
        grants: host.store.grants({ '1': host.store.grant('results/') }),
      },
    );
    const { final } = await attached.next('final');
    expect(final.outputs).toEqual([
      { index: 0, files: 3, bytes: 14 },
      { index: 1, files: 2, bytes: 4 },
      { index: 2, files: 1, bytes: 2 },
      { index: 3, files: 0, bytes: 0 },
    ]);
    const own = host.store.keys(`${OWN}outputs/`).map((key) => key.slice(OWN.length));
    expect(own).toEqual(['outputs/deep/ü 1', 'outputs/latest', 'outputs/model.bin', 'outputs/single.txt']);
    expect(host.store.keys('results/')).toEqual(['results/result', 'results/second']);
    expect(host.store.read(`${OWN}outputs/latest`).toString()).toBe('model\n');
    const index = host.store.json<{ files: { name: string; sha256: string }[] }>(`${OWN}outputs.json`);
    expect(index.files).toHaveLength(6);
    expect(index.files).toContainEqual({
      index: 1,
      from: 'out/',
      name: 'result',
      bytes: 2,
      sha256: sha('r\n'),
      mode: 0o644,
    });
    const text = final.problems.join('\n');
    expect(text).toContain("link 'evil'");
    expect(text).toContain("link 'folder'");
    expect(text).toContain('output absent: the command has written nothing there');
    expect(attached.events.filter((event) => event.t === 'upload').length).toBeLessThanOrEqual(3);
  });

  it('are uploaded on a failure and after a stop as well; what is absent then is no problem', async () => {
    const outputs = [{ from: 'outputs' }, { from: 'absent' }];
    const { final } = await (await host.start('echo x > outputs/x; exit 3', { outputs })).next('final');
    expect(final).toMatchObject({ code: 3, problems: [], outputs: [{ files: 1 }, { files: 0 }] });
  });

  it('that fail are named, and do not keep the others from going up', async () => {
    host.store.faults.push({
      method: 'POST',
      key: /outputs\/bad/,
      times: 99,
      status: 403,
      code: 'AccessDenied',
      message: 'm',
    });
    host.store.faults.push({ method: 'POST', key: /outputs\/slow/, times: 3, status: 503, code: 'SlowDown' });
    const command = 'for i in bad1 bad2 good slow; do echo $i > outputs/$i; done';
    const { final } = await (await host.start(command)).next('final');
    expect(final.outputs).toEqual([{ index: 0, files: 2, bytes: 10 }]);
    expect(final.problems).toEqual([
      expect.stringMatching(/^output outputs: 2 of 4 files are not in S3 \(outputs\/bad/),
    ]);
  });

  it('go to the node’s own prefix where their destination refuses them, which is then a warning', async () => {
    host.store.faults.push({ method: 'POST', key: /^gone\//, times: 99, status: 404, code: 'NoSuchBucket' });
    const attached = await host.start(
      'mkdir out plots; echo r > out/r; echo s > "out/s 1"; chmod +x out/r; echo p > plots/p',
      {
        outputs: [{ from: 'out/' }, { from: 'plots/' }],
        grants: host.store.grants({ '0': host.store.grant('gone/'), '1': host.store.grant('res/') }),
      },
    );
    const { final } = await attached.next('final');
    expect(final.outputs).toEqual([
      { index: 0, files: 2, bytes: 4, instead: { files: 2, bytes: 4 } },
      { index: 1, files: 1, bytes: 2 },
    ]);
    expect(final.problems).toEqual([]);
    expect(final.outputsLost).toBeUndefined();
    expect(final.warnings).toEqual([
      expect.stringMatching(
        /^output out\/: its destination did not take it \(404 NoSuchBucket\); 2 files, 4 B, are in the run's own folder instead/,
      ),
    ]);
    expect((await attached.next('warning')).message).toBe(final.warnings?.[0]);
    expect(host.store.keys(`${OWN}outputs/`)).toEqual([`${OWN}outputs/out/r`, `${OWN}outputs/out/s 1`]);
    const index = host.store.json<{ files: object[] }>(`${OWN}outputs.json`);
    expect(index.files[0]).toMatchObject({ from: 'out/', name: 'outputs/out/r', own: true, mode: 0o755 });
    // One refusal of a whole destination is enough.
    expect(host.store.requests.filter(({ key }) => key.startsWith('gone/')).length).toBeLessThanOrEqual(2);
  });

  it('that nobody takes are said to be lost', async () => {
    host.store.faults.push({ method: 'POST', key: /outputs\/|^gone\//, times: 99, status: 403, code: 'AccessDenied' });
    const grants = host.store.grants({ '0': host.store.grant('gone/') });
    const outputs = [{ from: 'out.bin' }];
    const { final } = await (await host.start('echo r > out.bin', { outputs, grants })).next('final');
    expect(final.outputsLost).toMatch(/^1 of 1 files are not in S3 \(outputs\/out\.bin: 403 AccessDenied/);
  });

  it('are all that the command makes, where the spec names none, and what is over the limit is named', async () => {
    host.write('train.py', 'code');
    host.write('.gitignore', '*.tmp\n');
    const attached = await host.start(
      `mkdir -p plots __pycache__; echo 1 > plots/loss.png; echo c > __pycache__/a.pyc; echo t > a.tmp
       head -c 3000 /dev/zero > model.npy; echo w > $TRAINCTL_CHECKPOINT_DIR/w; head -c 5000 /dev/zero > outputs/big
       printf 'x\\n' > "$(printf 'odd\\377')"; cp plots/loss.png big; while [ ! -e go ]; do sleep 0.05; done`,
      { outputs: [{ from: '.' }], outputLimitBytes: 2000 },
    );
    expect((await attached.next('warning')).message).toMatch(/outputs\.limit is 2\.0 KiB: as it stands model\.npy/);
    host.write('go', '');
    const { final } = await attached.next('final');
    expect(final.outputs).toEqual([{ index: 0, files: 5, bytes: 5006 }]);
    expect(host.store.keys(`${OWN}outputs/`).map((key) => key.slice(`${OWN}outputs/`.length))).toEqual([
      'big',
      'elsewhere/big',
      'go',
      'odd%FF',
      'plots/loss.png',
    ]);
    expect(final.notKept).toEqual({
      files: 2,
      bytes: 3002,
      named: [
        { path: 'model.npy', files: 1, bytes: 3000, why: 'limit' },
        { path: 'a.tmp', files: 1, bytes: 2, why: 'ignored' },
      ],
    });
    expect(final.problems).toEqual([]);
  });

  it('that would lead out of the code are refused', async () => {
    const { final } = await (await host.start('true', { outputs: [{ from: '../../..' }] })).next('final');
    expect(final.problems.join()).toContain('would leave its folder');
  });
});

describe('an output that is too large for one POST', () => {
  const LARGE = Buffer.alloc(2500, 'large ');
  const names = ['part 1', 'part 2', 'part 3'];
  const large = (more: object = {}) =>
    host.start(`while [ ! -e go ]; do sleep 0.05; done; cp large outputs/large; echo x > outputs/small`, {
      largeAboveBytes: 1000,
      ...more,
    });
  const give = (attached: Attached, id: string): void => {
    const urls = names.map((name) => host.store.part(name));
    attached.send({ t: 'parts', id, partBytes: 1000, count: 3, first: 1, urls: urls.slice(0, 2) });
    attached.send({ t: 'parts', id, partBytes: 1000, count: 3, first: 3, urls: urls.slice(2) });
  };
  beforeEach(() => {
    host.write('large', LARGE);
    host.write('go', '');
  });

  it('goes up in parts by the URLs of whoever is attached, also when the first have expired', async () => {
    host.store.faults.push(
      { method: 'PUT', key: /part 2/, times: 1, status: 403, code: 'AccessDenied', message: 'Request has expired' },
      { method: 'PUT', key: /part 3/, times: 1, status: 503, code: 'SlowDown' },
    );
    const first = await large();
    const asked = await first.next('large');
    expect(asked).toMatchObject({ index: 0, name: 'outputs/large', bytes: 2500 });
    // Whoever comes next is asked again.
    await first.detach();
    const attached = host.attach(2);
    const again = await attached.next('large');
    expect(again).toEqual(asked);
    give(attached, again.id);
    const renewed = await attached.next('large', 40, attached.events.indexOf(again) + 1);
    expect(renewed.id).not.toBe(again.id);
    give(attached, renewed.id);
    const join = await attached.next('join');
    expect(join.etags).toBe(sha(names.map((name) => host.store.etag(name)).join('')));
    expect(Buffer.concat(names.map((name) => host.store.read(name)))).toEqual(LARGE);
    attached.send({ t: 'joined', id: join.id });
    const { final } = await attached.next('final');
    expect(final).toMatchObject({ problems: [], outputs: [{ files: 2, bytes: 2502 }] });
    const index = host.store.json<{ files: object[] }>(`${OWN}outputs.json`);
    expect(index.files).toContainEqual(expect.objectContaining({ bytes: 2500, sha256: sha(LARGE) }));
  });

  it('is told when it is refused', async () => {
    const attached = await large();
    attached.send({ t: 'refused', id: (await attached.next('large')).id, why: 'AccessDenied: no' });
    const { final } = await attached.next('final');
    expect(final.problems).toEqual([expect.stringContaining('cannot be uploaded in parts: AccessDenied: no')]);
    expect(final.outputs).toEqual([{ index: 0, files: 1, bytes: 2 }]);
  });

  it('is told when nobody answers in its time, and the rest is there', async () => {
    const { final } = await (await large({ largeAnswerSeconds: 1 })).next('final');
    expect(final.problems).toEqual([expect.stringContaining('nobody gave URLs for its parts in time')]);
    expect(final.outputs).toEqual([{ index: 0, files: 1, bytes: 2 }]);
  });
});
