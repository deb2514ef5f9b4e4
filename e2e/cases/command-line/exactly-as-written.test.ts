import { lastJson, trainctl } from '../../support/cli';
import { project } from '../../support/project';

jest.setTimeout(300_000);

const SPEC = `
command: [bash, -c, 'echo "v=$V id=$ID big=$BIG hex=$HEX flag=$FLAG sha=$SHA args: $*"', x, --version, 1.10, --lr, 1e-4, --run, 00123]
env: { V: 3.10, ID: 0012, BIG: 12345678901234567890, HEX: 0x1F, FLAG: yes, SHA: 1234e56 }
`;

test('numbers of YAML reach the command as they were written', async () => {
  const dir = await project({ 'trainctl.yaml': SPEC });
  const ended = await trainctl(['run', '--json'], { cwd: dir });
  const { outcome, run } = lastJson<{ outcome: string; run: string }>(ended);
  expect(outcome).toBe('succeeded');
  const { stdout } = await trainctl(['logs', run]);
  expect(stdout).toContain(
    'v=3.10 id=0012 big=12345678901234567890 hex=0x1F flag=yes sha=1234e56 args: --version 1.10 --lr 1e-4 --run 00123',
  );
});
