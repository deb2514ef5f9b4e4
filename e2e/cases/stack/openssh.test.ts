import type { RunResult } from '../../../contract';
import { noOpenSsh } from '../../../test/local/cloud/support/no-openssh';
import { lastJson, trainctl } from '../../support/cli';
import { OwnStack } from '../../support/own-stack';
import { project } from '../../support/project';

jest.setTimeout(300_000);

/** Only on a host with OpenSSH's server is the log-in an account that the system knows. */
const SCRIPT = `
import os, pwd
account = pwd.getpwuid(os.getuid())
print("by", account.pw_name, account.pw_dir == os.environ["HOME"])
`;

const where = noOpenSsh === undefined ? describe : describe.skip;

where(`hosts with OpenSSH's server${noOpenSsh ? `, left out: ${noOpenSsh}` : ''}`, () => {
  const stack = new OwnStack({ TRAINCTL_LOCALCLOUD_HOSTS: 'openssh' });
  beforeAll(() => stack.up());
  afterAll(() => stack.close());

  test('a run trains on one, and leaves nothing behind', async () => {
    const dir = await project({ 'train.py': SCRIPT, 'trainctl.yaml': 'name: openssh\ncommand: python3 train.py\n' });
    const done = await trainctl(['run', '--json', '--yes'], { cwd: dir, env: stack.env });
    const result = lastJson<RunResult>(done);
    expect([done.code, result.outcome]).toEqual([0, 'succeeded']);
    const [instance] = await stack.instancesOf(result.run);
    expect(instance?.state).toBe('terminated');
    const logs = await trainctl(['logs', result.run], { env: stack.env });
    expect(logs.stdout).toContain('by ubuntu True');
  });
});
