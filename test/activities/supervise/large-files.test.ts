import { LargeFiles } from '../../../activities/supervise/large-files';
import { UploadNotes } from '../../../activities/uploads/notes';
import { etagsOf } from '../../../activities/uploads/parts';
import { type AttachCommand, type LargeFile, nodePrefix, type Output, uploadsPrefix } from '../../../contract';
import { type FakeDeps, fakeDeps, NODE } from '../support/deps';
import { until } from '../support/until';

const GIB = 1024 ** 3;
const OUTPUTS: Output[] = [{ from: 'outputs' }, { from: 'out/', to: 's3://results/nightly' }];
const FILE: LargeFile = { id: '1', index: 1, name: 'model', bytes: 6 * GIB };
const PART = { bucket: 'results', key: 'nightly/model' };

let deps: FakeDeps;
const open: LargeFiles[] = [];
beforeEach(() => {
  deps = fakeDeps();
});
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

/** A worker that is attached, and what it has said. */
function worker(): { files: LargeFiles; said: AttachCommand[] } {
  const files = new LargeFiles(deps, NODE, OUTPUTS);
  const said: AttachCommand[] = [];
  files.attached((answer) => said.push(answer));
  open.push(files);
  return { files, said };
}

/** The host has sent its parts. Answers what it says then. */
function sent(count: number): LargeFile & { t: 'join'; etags: string } {
  const parts = Array.from({ length: count }, (_, i) => ({ number: i + 1, etag: `"${i}"`, bytes: 64 * 1024 ** 2 }));
  deps.fakeUploads.uploads[0]?.parts.push(...parts);
  return { ...FILE, t: 'join', id: '2', etags: etagsOf(parts) };
}

const notes = async (): Promise<string[]> => {
  const keys: string[] = [];
  for await (const { key } of deps.fakeStore.list(uploadsPrefix('p/', NODE.runKey, NODE.attempt))) keys.push(key);
  return keys;
};
const undo = (): Promise<number> => new UploadNotes(deps, NODE, NODE.attempt).abortAll();

test('gives an URL for each part, below the destination, in lines that an agent can read; then joins them', async () => {
  const { files, said } = worker();
  files.hear({ t: 'large', ...FILE, bytes: 9 * GIB });
  await until(() => said.length === 2);
  expect(said).toMatchObject([
    { t: 'parts', id: '1', partBytes: 64 * 1024 ** 2, count: 144, first: 1 },
    { t: 'parts', id: '1', partBytes: 64 * 1024 ** 2, count: 144, first: 101 },
  ]);
  const urls = said.flatMap((line) => (line.t === 'parts' ? line.urls : []));
  expect(urls).toHaveLength(144);
  expect(urls[143]).toBe('http://s3.test/results/nightly/model?uploadId=upload-1&partNumber=144');
  files.hear({ ...sent(144), bytes: 9 * GIB });
  await until(() => said.length === 3);
  expect(said[2]).toEqual({ t: 'joined', id: '2' });
  expect(deps.fakeUploads.joined).toMatchObject([PART]);
  expect(await notes()).toEqual([]);
});

test('an output without a destination goes below the node’s own prefix', async () => {
  const { files, said } = worker();
  files.hear({ t: 'large', ...FILE, index: 0, name: 'outputs/model' });
  await until(() => said.length === 1);
  const key = `${nodePrefix('p/', NODE.runKey, NODE.attempt, NODE.node)}outputs/model`;
  expect(deps.fakeUploads.uploads).toMatchObject([{ bucket: 'trainctl', key }]);
});

test('so does a file that its destination has refused', async () => {
  const { files, said } = worker();
  files.hear({ t: 'large', ...FILE, name: 'outputs/out/model', own: true });
  await until(() => said.length === 1);
  const key = `${nodePrefix('p/', NODE.runKey, NODE.attempt, NODE.node)}outputs/out/model`;
  expect(deps.fakeUploads.uploads).toMatchObject([{ bucket: 'trainctl', key }]);
});

test('another worker goes on with the upload that one began', async () => {
  const first = worker();
  first.files.hear({ t: 'large', ...FILE });
  await until(() => first.said.length > 0);
  await first.files.close();
  const second = worker();
  second.files.hear({ t: 'large', ...FILE });
  await until(() => second.said.length > 0);
  expect(deps.fakeUploads.uploads).toHaveLength(1);
  await second.files.close();
  const third = worker();
  third.files.hear(sent(96));
  await until(() => third.said.length > 0);
  expect(third.said).toEqual([{ t: 'joined', id: '2' }]);
});

test('parts that are not those that were sent are joined by nobody', async () => {
  const { files, said } = worker();
  files.hear({ t: 'large', ...FILE });
  await until(() => said.length > 0);
  files.hear({ ...sent(96), etags: 'of others' });
  await until(() => said.length > 1);
  expect(said[1]).toEqual({ t: 'refused', id: '2', why: 'S3 has not the parts that were sent' });
  expect(deps.fakeUploads.joined).toEqual([]);
});

test('a join whose answer was lost is seen by its object', async () => {
  const { files, said } = worker();
  files.hear({ t: 'large', ...FILE });
  await until(() => said.length > 0);
  deps.fakeUploads.lost.set('complete', new Error('socket hang up'));
  deps.fakeStore.head = async (key) => ({ key, bytes: FILE.bytes, modifiedAt: 0, etag: '"0123-96"' });
  files.hear(sent(96));
  await until(() => said.length > 1);
  expect(said[1]).toEqual({ t: 'joined', id: '2' });
});

test('undo aborts what was begun, also by a worker that died before it knew the id, and nobody else’s', async () => {
  const theirs = await deps.fakeUploads.begin(PART.bucket, PART.key);
  deps.fakeUploads.uploads[0]?.parts.push({ number: 1, etag: '"x"', bytes: 1 });
  const { files, said } = worker();
  deps.fakeUploads.lost.set('begin', new Error('socket hang up'));
  files.hear({ t: 'large', ...FILE });
  await until(() => said.length > 0);
  expect(deps.fakeUploads.uploads).toHaveLength(3);
  await files.close();
  deps.fakeUploads.lost.set('abort', new Error('socket hang up'));
  await expect(undo()).rejects.toThrow('socket hang up');
  await undo();
  expect(deps.fakeUploads.uploads.map(({ uploadId }) => uploadId)).toEqual([theirs]);
  expect(await notes()).toEqual([]);
});

test('a host that asks for nonsense, or for too much, is refused; a refusal of S3 is told', async () => {
  const { files, said } = worker();
  files.hear({ t: 'large', ...FILE, index: 9 });
  expect(said).toEqual([{ t: 'refused', id: '1', why: 'no such output' }]);
  deps.fakeUploads.lost.set(
    'begin',
    Object.assign(new Error('not allowed'), { name: 'AccessDenied', $metadata: { httpStatusCode: 403 } }),
  );
  files.hear({ t: 'large', ...FILE });
  await until(() => said.length > 1);
  expect(said[1]).toEqual({ t: 'refused', id: '1', why: 'AccessDenied: not allowed' });
});

test('what somebody else has put among the notes holds up no undo, and names no upload to be ended', async () => {
  const { files, said } = worker();
  files.hear({ t: 'large', ...FILE });
  await until(() => said.length > 0);
  const prefix = uploadsPrefix('p/', NODE.runKey, NODE.attempt);
  const note = JSON.stringify({ bucket: 'others', key: 'model', uploadId: 'theirs', at: 1 });
  for (const [name, body] of Object.entries({ a: 'no JSON', b: '[]', c: note, d: '{"bucket":"b","key":"k","at":"x"}' }))
    await deps.fakeStore.put(`${prefix}${name}.json`, body);
  expect(await undo()).toBe(1);
  expect(deps.fakeUploads.uploads).toEqual([]);
  expect(await notes()).toEqual([]);
});
