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
    expect(explain(gone)).toMatchObject({
      code: 'refused',
      exitCode: 2,
      message: 'S3: there is no such bucket',
      next: expect.stringContaining('TRAINCTL_BUCKET'),
    });
  });

  it('calls a fault of its own by its name', () => {
    expect(explain(new Error('bug'))).toMatchObject({ code: 'internal', exitCode: 1, message: 'bug' });
  });
});
