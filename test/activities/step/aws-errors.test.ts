import { withOwnFaultsFinal } from '../../../activities/step';
import { NoSuchObjectError } from '../../../adapters/aws';
import { failureOf } from '../support/deps';

const s3Error = (name: string, httpStatusCode: number): Error =>
  Object.assign(new Error(name), { name, $metadata: { httpStatusCode } });
const fail = (error: Error) =>
  failureOf(withOwnFaultsFinal('copying the code', () => Promise.reject(error))(undefined));

test.each([s3Error('AccessDenied', 403), s3Error('NoSuchBucket', 404), new NoSuchObjectError('b', 'k')])(
  'what another host would meet as well ends the run, and is not tried again: %s',
  async (error) => {
    expect(await fail(error)).toMatchObject({
      type: 'failed',
      nonRetryable: true,
      message: expect.stringContaining('copying the code: '),
    });
  },
);

test.each([s3Error('SlowDown', 503), new Error('socket hang up')])(
  'what may pass is left to Temporal: %s',
  async (error) => {
    expect(await fail(error)).toBe(error);
  },
);

test('a bucket that is missing is named, with what names it and the command that makes it', async () => {
  const error = Object.assign(s3Error('NoSuchBucket', 404), { bucket: 'runs' });
  const { message } = await fail(error);
  expect(message).toContain('make s3://runs again (aws s3 mb s3://runs;');
  expect(message).toContain('TRAINCTL_BUCKET');
});
