import { bucketOf, createObjectStore, createPartUploads, NoSuchObjectError } from '../../../../adapters/aws';
import { startRecorder } from '../support/recorder';
import { localSettings } from '../support/settings';

const GONE = '<?xml version="1.0" encoding="UTF-8"?><Error><Code>NoSuchBucket</Code><Message>no</Message></Error>';

test('the error of a call names the bucket that it was about', async () => {
  const recorder = await startRecorder(() => ({ status: 404, body: GONE }));
  const settings = localSettings(recorder.url);
  const store = createObjectStore(settings);
  const uploads = createPartUploads(settings);
  try {
    const listed = store.list('x')[Symbol.asyncIterator]();
    expect(bucketOf(await thrown(listed.next()))).toBe('trainctl-test');
    expect(bucketOf(await thrown(store.put('k', 'x', { bucket: 'other' })))).toBe('other');
    expect(bucketOf(await thrown(uploads.begin('results', 'k')))).toBe('results');
    const got = await thrown(store.get('k', { bucket: 'other' }));
    expect(got).toBeInstanceOf(NoSuchObjectError);
    expect(bucketOf(got)).toBe('other');
  } finally {
    store.close();
    await recorder.close();
  }
});

test('other errors name none', () => {
  expect(bucketOf(new Error('x'))).toBeUndefined();
  expect(bucketOf('x')).toBeUndefined();
});

async function thrown(work: Promise<unknown>): Promise<unknown> {
  try {
    return await work.then(() => undefined);
  } catch (error) {
    return error;
  }
}
