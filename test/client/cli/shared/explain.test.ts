import { SnapshotError } from '../../../../adapters/snapshot';
import { explain } from '../../../../client/cli/shared/explain';

const errno = (code: string, path?: string): Error => Object.assign(new Error(`${code}: no`), { code, path });

describe('explain', () => {
  it.each([
    ['ENOSPC', 'the disk is full'],
    ['EACCES', 'permission denied'],
    ['EROFS', 'read-only'],
    ['ENOTDIR', 'a file stands where a folder is needed'],
  ])('says what %s means, where, and what to do', (code, words) => {
    const said = explain(errno(code, '/full/stack.json'));
    expect(said).toMatchObject({ code: 'usage', exitCode: 2, next: expect.stringContaining('TRAINCTL_HOME') });
    expect(said.message).toContain('/full/stack.json');
    expect(said.message).toContain(words);
  });

  it('sends people whose stack is down to the command that brings it back', () => {
    expect(explain(errno('ECONNREFUSED'))).toMatchObject({
      code: 'unavailable',
      exitCode: 3,
      next: expect.stringContaining('trainctl stack up --detach'),
    });
  });

  it('takes a folder that cannot be packed for what it is', () => {
    expect(explain(new SnapshotError('"log" changed while it was packed'))).toMatchObject({
      code: 'usage',
      exitCode: 2,
    });
  });

  it('takes a bucket that is gone for what it is', () => {
    const gone = Object.assign(new Error('no'), { name: 'NoSuchBucket', $metadata: { httpStatusCode: 404 } });
    const aws = {
      TRAINCTL_HOME: '/none',
      TRAINCTL_CLOUD: 'aws',
      TRAINCTL_BUCKET: 'runs',
      TRAINCTL_REGION: 'eu-west-1',
    };
    expect(explain(gone, aws)).toMatchObject({
      code: 'refused',
      exitCode: 2,
      message: 'S3: there is no such bucket: s3://runs; TRAINCTL_BUCKET names it',
      next: expect.stringContaining('aws s3 mb s3://runs --region eu-west-1'),
    });
    // Settings that cannot be read do not hide what happened.
    expect(explain(gone, { ...aws, TRAINCTL_CLOUD: 'moon' }).message).toContain('there is no such bucket');
  });

  it('calls a fault of its own by its name', () => {
    expect(explain(new Error('bug'))).toMatchObject({ code: 'internal', exitCode: 1, message: 'bug' });
  });
});
