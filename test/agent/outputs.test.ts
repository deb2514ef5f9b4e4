import { createHash } from 'node:crypto';
import { Host } from './support/host';

jest.setTimeout(60_000);

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
    expect(index.files).toContainEqual({ index: 1, from: 'out/', name: 'result', bytes: 2, sha256: sha('r\n') });
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

  it('that would lead out of the code are refused', async () => {
    const { final } = await (await host.start('true', { outputs: [{ from: '../../..' }] })).next('final');
    expect(final.problems.join()).toContain('would leave its folder');
  });
});
