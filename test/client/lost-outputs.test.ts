import { findOutputs, listOutputs } from '../../client';
import { nodePrefix } from '../../contract';
import { MemoryObjects } from './support/memory-objects';
import { view } from './support/status-fixture';

const RUN = '0123456789abcdef';
const node = (attempt: number): string => nodePrefix('', RUN, attempt, 0);
const own = (attempt: number): string => `s3://trainctl/${node(attempt)}outputs/`;
const index = (...files: object[]): string => JSON.stringify({ format: 1, files });

const kept = (files: number, bytes: number, to = own(1), from = '.') => view({ outputs: [{ from, to, files, bytes }] });

describe('outputs that a run had left', () => {
  it('are none where it left none', async () => {
    expect(await findOutputs(new MemoryObjects(), view(), 1)).toEqual({ files: [], lost: [] });
    expect(await findOutputs(new MemoryObjects(), kept(0, 0), 1)).toEqual({ files: [], lost: [] });
  });

  it('are named, each with its place, when they are gone', async () => {
    const objects = new MemoryObjects()
      .set(`${node(1)}outputs/kept`, 'k')
      .set(
        `${node(1)}outputs.json`,
        index(
          { from: '.', name: 'outputs/kept', bytes: 1 },
          { from: '.', name: 'outputs/gone', bytes: 5 },
          { from: '.', name: 'outputs/long-names/ab-x', path: 'outputs/deep/x' },
        ),
      );
    const { files, lost } = await findOutputs(objects, kept(3, 7), 1);
    expect(files.map((file) => file.path)).toEqual(['kept']);
    expect(lost).toEqual([
      { place: `${own(1)}gone`, path: 'gone', files: 1, bytes: 5 },
      { place: `${own(1)}long-names/ab-x`, path: 'deep/x', files: 1 },
    ]);
  });

  it('are counted where their index is gone with them', async () => {
    expect((await findOutputs(new MemoryObjects(), kept(2, 1000), 1)).lost).toEqual([
      { place: own(1), files: 2, bytes: 1000 },
    ]);
    const one = new MemoryObjects().set(`${node(1)}outputs/a`, 'abc');
    expect((await findOutputs(one, kept(2, 1000), 1)).lost).toEqual([{ place: own(1), files: 1, bytes: 997 }]);
    expect((await findOutputs(one, kept(1, 3), 1)).lost).toEqual([]);
  });

  it('at a destination, where others write as well', async () => {
    const to = 's3://bucket/res/';
    const seen = kept(2, 2, to, 'out/');
    const objects = new MemoryObjects()
      .set('res/a', 'a')
      .set('res/of-another-run', 'o')
      .set(
        `${node(1)}outputs.json`,
        index(
          { from: 'out/', name: 'a', bytes: 1 },
          { from: 'out/', name: 'sub/b', bytes: 1 },
          { from: 'out/', name: 'outputs/out/c', own: true, bytes: 4 },
        ),
      );
    expect((await findOutputs(objects, seen, 1)).lost).toEqual([
      { place: `${to}sub/b`, path: 'out/sub/b', files: 1, bytes: 1 },
      { place: `${own(1)}out/c`, path: 'out/c', files: 1, bytes: 4 },
    ]);
    expect((await findOutputs(new MemoryObjects(), seen, 1)).lost).toEqual([{ place: to, files: 2, bytes: 2 }]);
  });

  it('of an attempt before the last count while no later one made them again', async () => {
    const objects = new MemoryObjects()
      .set(
        `${node(1)}outputs.json`,
        index({ from: '.', name: 'outputs/epoch-1' }, { from: '.', name: 'outputs/model' }),
      )
      .set(`${node(2)}outputs.json`, index({ from: '.', name: 'outputs/model' }))
      .set(`${node(2)}outputs/model`, 'new');
    const { files, lost } = await findOutputs(objects, kept(1, 3, own(2)), 2);
    expect(files.map((file) => file.path)).toEqual(['model']);
    expect(lost).toEqual([{ place: `${own(1)}epoch-1`, path: 'epoch-1', files: 1, attempt: 1 }]);
  });

  it('are not called lost where their place refuses to be listed', async () => {
    const objects = new MemoryObjects().set(`${node(1)}outputs.json`, index({ from: 'out/', name: 'a', bytes: 1 }));
    objects.list = () => {
      throw Object.assign(new Error('no'), { name: 'AccessDenied', $metadata: { httpStatusCode: 403 } });
    };
    const own = objects.list;
    objects.list = (prefix, options) => (prefix === 'res/' ? own(prefix, options) : new MemoryObjects().list(prefix));
    const faults: string[] = [];
    const found = await findOutputs(objects, kept(1, 1, 's3://bucket/res/', 'out/'), 1, (place, why) =>
      faults.push(`${place}: ${why}`),
    );
    expect([found, faults]).toEqual([{ files: [], lost: [] }, ['s3://bucket/res/: S3 denies access to it: no']]);
  });

  it('an index that cannot be read is a fault, and hides no file', async () => {
    const objects = new MemoryObjects().set(`${node(1)}outputs/a`, 'x').set(`${node(1)}outputs.json`, '{"files": [');
    const faults: string[] = [];
    const { files, lost } = await findOutputs(objects, kept(1, 1), 1, (place, why, kind) =>
      faults.push(`${place}: ${why} (${kind})`),
    );
    expect(files.map((file) => file.path)).toEqual(['a']);
    expect(lost).toEqual([]);
    expect(faults).toEqual([`s3://trainctl/${node(1)}outputs.json: it is not JSON (damaged)`]);
    await expect(listOutputs(objects, kept(1, 1), 1)).rejects.toMatchObject({ code: 'refused' });
  });
});
