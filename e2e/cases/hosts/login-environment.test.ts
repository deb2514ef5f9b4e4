import { once } from 'node:events';
import { lastJson, spawnCli, trainctl } from '../../support/cli';
import { project } from '../../support/project';

jest.setTimeout(300_000);

/** What an image has is written by the first command of its set-up: a local host's own /etc is below its root. */
const SPEC = `
name: login
command: [bash, -c, 'echo "mpi=$MPI_HOME lib=$MPI_LIB own=$OWN sec=$TOKEN at $PWD"; while [ ! -e go ]; do sleep 0.1; done']
env: { OWN: of the run }
setup:
  commands:
    - |
      etc="$TRAINCTL_HOST_ROOT/etc"; mkdir -p "$etc/profile.d"
      echo 'MPI_HOME="/opt/mpi"' > "$etc/environment"
      echo 'export MPI_LIB="$MPI_HOME/lib" OWN=of-the-image; echo welcome; module() { echo "module $1"; }; export -f module' > "$etc/profile.d/1.sh"
      echo 'echo "no licence server" >&2; exit 3' > "$etc/profile.d/2.sh"
    - 'echo "set up in $MPI_LIB"'
`;

async function until(what: () => Promise<boolean>): Promise<void> {
  while (!(await what())) await new Promise((resolve) => setTimeout(resolve, 300));
}

test('commands, and who logs in, are in the environment of a login on the image', async () => {
  const dir = await project({ 'trainctl.yaml': SPEC });
  const following = trainctl(['run'], { cwd: dir });
  const logs = async () => (await trainctl(['logs', 'login'])).stdout;
  await until(async () => (await logs()).includes('mpi='));
  expect(await logs()).toMatch(/^mpi=\/opt\/mpi lib=\/opt\/mpi\/lib own=of the run sec= at .*\/code\n$/);

  const ssh = async (...words: string[]) => (await trainctl(['ssh', 'login', ...words])).stdout;
  expect(await ssh('--', 'echo "$MPI_LIB $OWN $TRAINCTL_ATTEMPT"; basename "$PWD"; module load')).toBe(
    '/opt/mpi/lib of the run 1\ncode\nmodule load\n',
  );
  const piped = await trainctl(['ssh', 'login'], { input: 'basename "$PWD"; command -v python; touch go\n' });
  expect(piped.stdout).toMatch(/^code\n.*\/venv\/bin\/python\n$/);

  const { stdout, code } = await following;
  expect(code).toBe(0);
  expect(stdout).toContain('│ set up in /opt/mpi/lib');
  expect(stdout).not.toContain('│ welcome');
  expect(stdout.indexOf('✔ setup')).toBeLessThan(stdout.indexOf('│ mpi='));
  expect(stdout).toMatch(/! warning .*2\.sh ended the shell \(3\).*no licence server/);
  expect((await trainctl(['logs', 'login', '--setup'])).stdout).toContain('set up in /opt/mpi/lib\n');
});

test('a profile that fails is a warning with its words', async () => {
  const dir = await project({
    'trainctl.yaml': `
command: 'echo "A=$A"'
setup: { commands: ['echo "export A=1; echo no licence server >&2; exit 3" > ~/.bash_profile', 'true'] }
`,
  });
  const ended = await trainctl(['run', '--json'], { cwd: dir });
  expect(lastJson<{ outcome: string; run: string }>(ended)).toMatchObject({ outcome: 'succeeded' });
  const { run } = lastJson<{ run: string }>(ended);
  expect((await trainctl(['logs', run])).stdout).toBe('A=1\n');
  const events = ended.stdout.split('\n').filter((line) => line.includes('setup-log'));
  expect(events.map((line) => (JSON.parse(line) as { line: string }).line)).toContain('+ true');
});

test('what is piped shows the set-up while it is written', async () => {
  const dir = await project({
    'trainctl.yaml':
      "name: piped\ncommand: 'true'\nsetup: { commands: ['echo begun; while [ ! -e go ]; do sleep 0.1; done'] }\n",
  });
  const run = spawnCli(['run'], { cwd: dir });
  let out = '';
  run.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    out += chunk;
  });
  const closed = once(run, 'close');
  await until(async () => out.includes('│ begun'));
  expect((await trainctl(['ssh', 'piped', '--', 'touch go'])).code).toBe(0);
  expect(await closed).toEqual([0, null]);
  expect(out.indexOf('│ begun')).toBeLessThan(out.indexOf('✔ setup'));
});
