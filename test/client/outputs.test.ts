import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { downloadOutput, listOutputs } from '../../client';
import { nodePrefix } from '../../contract';
import { MemoryObjects } from './support/memory-objects';
import { view } from './support/status-fixture';

const RUN = '0123456789abcdef';
const node = (attempt: number): string => nodePrefix('', RUN, attempt, 0);

describe('outputs', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), 'trainctl-outputs-'));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  it('finds them where the status says', async () => {
    const objects = new MemoryObjects().set('res/model.bin', 'abc').set('res/sub/x', 'y').set('other', 'z');
    const seen = view({ outputs: [{ from: 'out/', to: 's3://bucket/res/', files: 2, bytes: 4 }] });
    const files = await listOutputs(objects, seen, 1);
    expect(files.map((f) => [f.bucket, f.path, f.bytes])).toEqual([
      ['bucket', 'out/model.bin', 3],
      ['bucket', 'out/sub/x', 1],
    ]);
  });

  it('lists the default outputs once, without a folder of that name, and other folders by theirs', async () => {
    const own = `${node(1)}outputs/`;
    const objects = new MemoryObjects()
      .set(`${own}weights.bin`, 'w')
      .set(`${own}sub/x`, 'x')
      .set(`${own}plots/loss.png`, 'p')
      .set('res/model.bin', 'm')
      .set('both/a', 'a')
      .set('both/b', 'b');
    const seen = view({
      outputs: [
        { from: 'outputs/', to: `s3://bucket/${own}`, files: 2, bytes: 2 },
        { from: 'plots', to: `s3://bucket/${own}`, files: 1, bytes: 1 },
        { from: 'deep/model.bin', to: 's3://bucket/res/', files: 1, bytes: 1 },
        { from: 'l/', to: 's3://bucket/both/', files: 1, bytes: 1 },
        { from: 'r/', to: 's3://bucket/both/', files: 1, bytes: 1 },
      ],
    });
    const files = await listOutputs(objects, seen, 1);
    expect(files.map((f) => f.path).sort()).toEqual(['a', 'b', 'model.bin', 'plots/loss.png', 'sub/x', 'weights.bin']);
  });

  it('lets no output take the place of another', async () => {
    const objects = new MemoryObjects().set(`${node(1)}outputs/out/a`, '1').set('res/a', '2');
    const seen = view({
      bucket: 'bucket',
      outputs: [
        { from: 'outputs/', to: `s3://bucket/${node(1)}outputs/`, files: 1, bytes: 1 },
        { from: 'out/', to: 's3://bucket/res/', files: 1, bytes: 1 },
      ],
    });
    await expect(listOutputs(objects, seen, 1)).rejects.toThrow('two outputs would both be out/a: s3://bucket/');
  });

  it('finds them under the newest attempt that left any, when nobody has said', async () => {
    const objects = new MemoryObjects().set(`${node(1)}outputs/a`, 'old').set(`${node(2)}outputs/a`, 'new');
    const files = await listOutputs(objects, view(), 3);
    expect(files.map((f) => [f.key, f.path])).toEqual([[`${node(2)}outputs/a`, 'a']]);
  });

  it('takes what only attempts before the last have left, and says whose it is', async () => {
    const objects = new MemoryObjects()
      .set(`${node(1)}outputs/epoch-1.png`, '1')
      .set(`${node(1)}outputs/model.bin`, 'old')
      .set(`${node(2)}outputs/model.bin`, 'new');
    const to = `s3://bucket/${node(2)}outputs/`;
    const files = await listOutputs(objects, view({ outputs: [{ from: '.', to, files: 1, bytes: 3 }] }), 2);
    expect(files.map((f) => [f.key, f.path, f.attempt])).toEqual([
      [`${node(2)}outputs/model.bin`, 'model.bin', undefined],
      [`${node(1)}outputs/epoch-1.png`, 'epoch-1.png', 1],
    ]);
  });

  it('takes of a destination what is the run’s, with modes and whole names, where its hosts have said so', async () => {
    const index = [
      { index: 0, from: 'out/', name: 'run.sh', bytes: 1, mode: 0o755 },
      { index: 0, from: 'out/', name: 'outputs/long-names/ab-x', path: 'outputs/deep/x', own: true, bytes: 1 },
      { name: 7 },
    ];
    const objects = new MemoryObjects()
      .set('res/run.sh', 's')
      .set('res/of-another-run', 'o')
      .set(`${node(1)}outputs/long-names/ab-x`, 'x')
      .set(`${node(1)}outputs.json`, JSON.stringify({ format: 1, files: index }));
    const seen = view({ outputs: [{ from: 'out/', to: 's3://bucket/res/', files: 1, bytes: 1 }] });
    const files = await listOutputs(objects, seen, 1);
    expect(files.map((f) => [f.path, f.mode])).toEqual([
      ['deep/x', undefined],
      ['out/run.sh', 0o755],
    ]);
  });

  it('names a place that cannot be listed, and goes on', async () => {
    const objects = new MemoryObjects().set(`${node(1)}outputs/a`, 'x');
    const list = objects.list.bind(objects);
    const gone = Object.assign(new Error('no'), { name: 'NoSuchBucket', $metadata: { httpStatusCode: 404 } });
    objects.list = (prefix, options) => {
      if (prefix === 'res/') throw gone;
      return list(prefix, options);
    };
    const seen = view({ outputs: [{ from: 'out/', to: 's3://gone/res/', files: 1, bytes: 1 }] });
    const faults: string[] = [];
    const files = await listOutputs(objects, seen, 1, (place, why) => faults.push(`${place}: ${why}`));
    expect([files.map((f) => f.path), faults]).toEqual([['a'], ['s3://gone/res/: there is no such bucket']]);
    await expect(listOutputs(objects, seen, 1)).rejects.toMatchObject({ code: 'refused' });
  });

  it('writes whole files, and none with the name of a whole one that is not', async () => {
    const objects = new MemoryObjects().set('k', 'abc');
    const written = await downloadOutput(objects, { key: 'k', path: 'sub/f', bytes: 3 }, root);
    expect(readFileSync(written, 'utf8')).toBe('abc');
    await expect(downloadOutput(objects, { key: 'k', path: 'sub/g', bytes: 4 }, root)).rejects.toThrow('3 bytes');
    expect(readdirSync(path.join(root, 'sub'))).toEqual(['f']);
  });

  it('refuses a key that would leave the folder', async () => {
    const objects = new MemoryObjects().set('k', 'abc');
    await expect(downloadOutput(objects, { key: 'k', path: '../f', bytes: 3 }, root)).rejects.toThrow('hostile');
  });
});
