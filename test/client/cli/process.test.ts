import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import path from 'node:path';
import { COMMAND_NAMES } from '../../../client/cli/program';
import { version } from '../../../package.json';
import { CompiledCli } from './support/compiled';

describe('trainctl, the process', () => {
  let cli: CompiledCli;
  /** Listens where Temporal, EC2 and S3 are said to be, and counts who comes. */
  let listener: Server;
  let visitors = 0;
  let elsewhere: NodeJS.ProcessEnv;

  beforeAll(async () => {
    cli = new CompiledCli();
    listener = createServer((socket) => {
      visitors += 1;
      socket.destroy();
    });
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    const address = `127.0.0.1:${(listener.address() as AddressInfo).port}`;
    elsewhere = {
      TEMPORAL_ADDRESS: address,
      AWS_ENDPOINT_URL: `http://${address}`,
      AWS_ENDPOINT_URL_EC2: `http://${address}`,
      AWS_ENDPOINT_URL_S3: `http://${address}`,
      AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'secret',
    };
  });
  afterAll(async () => {
    cli.remove();
    await new Promise((resolve) => listener.close(resolve));
  });
  beforeEach(() => {
    visitors = 0;
  });

  it('says its version about as fast as node starts', async () => {
    expect(await cli.run(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
    const time = (args: string[]): number => {
      const began = process.hrtime.bigint();
      spawnSync(process.execPath, args);
      return Number(process.hrtime.bigint() - began) / 1e6;
    };
    const node: number[] = [];
    const ours: number[] = [];
    for (let i = 0; i < 9; i++) {
      node.push(time(['-e', '0']));
      ours.push(time([cli.main, '--version']));
    }
    // What else a busy machine does only ever adds to it.
    expect(Math.min(...ours)).toBeLessThan(3 * Math.min(...node));
  });

  it('explains itself and every command, with examples', async () => {
    const help = await cli.run(['--help']);
    expect(help.code).toBe(0);
    for (const name of COMMAND_NAMES) expect(help.stdout).toContain(`\n  ${name} `);
    expect(await cli.run([])).toEqual(help);
    const grouped = [
      ['stack', 'up'],
      ...['down', 'env', 'status'].map((name) => ['stack', name]),
      ...['ls', 'take', 'get'].map((name) => ['checkpoints', name]),
      ['outputs', 'get'],
      ...['create', 'trigger'].map((name) => ['schedule', name]),
      ...['list', 'describe', 'logs', 'interrupt', 'kill', 'partition', 'heal', 'fault'].map((name) => ['local', name]),
    ];
    const single = COMMAND_NAMES.filter((name) => !grouped.some(([group]) => group === name)).map((name) => [name]);
    for (const words of [...single, ...grouped]) {
      const { code, stdout } = await cli.run([...words, '--help']);
      expect([words, code, stdout.includes('Examples:')]).toEqual([words, 0, true]);
    }
    expect((await cli.run(['help', 'run'])).stdout).toContain('--print-input');
  });

  it.each([
    [['rnu'], 'Did you mean run?'],
    [['stack', 'upp'], 'Did you mean up?'],
    [['run', '--dry-runn'], 'Did you mean --dry-run?'],
    [['local', 'kill'], "missing required argument 'instance'"],
    [['ls', '--', 'x'], 'takes nothing after --'],
    [['completion', 'tcsh'], 'bash, zsh, fish'],
    [['run', 'nowhere.yaml'], 'there is no file or folder nowhere.yaml'],
  ])('answers %j with exit code 2 and a hint', async (args, hint) => {
    const { code, stdout, stderr } = await cli.run(args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(hint);
  });

  it('names all six faults of a spec, and asks nobody anything', async () => {
    const folder = path.join(cli.folder, 'six');
    mkdirSync(folder, { recursive: true });
    const spec = `command: []
name: Not A Name
limits: { maxDuration: banana, maxCostUsd: lots }
resources: { market: spto, nodes: 4 }
`;
    writeFileSync(path.join(folder, 'trainctl.yaml'), spec);
    const { code, stdout, stderr } = await cli.run(['run', '--json'], elsewhere, folder);
    expect(code).toBe(2);
    const { error } = JSON.parse(stdout) as { error: { code: string; faults: { path: string; message: string }[] } };
    const paths = ['command', 'limits.maxCostUsd', 'limits.maxDuration', 'name', 'resources.market', 'resources.nodes'];
    expect(error.faults.map((fault) => fault.path).sort()).toEqual(paths);
    for (const where of paths) expect(stderr).toContain(`${where}: `);
    expect(visitors).toBe(0);
    expect(existsSync(cli.home)).toBe(false);
  });

  it('runs a command in an empty folder, without code; rules that leave nothing out of something are a mistake', async () => {
    const folder = path.join(cli.folder, 'empty');
    mkdirSync(folder);
    const dry = ['run', '--dry-run', '--print-input', '--', 'true'];
    const { code, stdout } = await cli.run(dry, {}, folder);
    expect([code, JSON.parse(stdout.slice(stdout.indexOf('{')))]).toMatchObject([0, { code: { none: true } }]);
    writeFileSync(path.join(folder, '.trainctlignore'), '*\n');
    const refused = await cli.run(dry, {}, folder);
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('holds no file that could be sent')]);
  });

  it.each([['run'], ['ls'], ['status'], ['logs'], ['snapshot'], ['local']])(
    'exits 3 with the next command when no stack is up: %s',
    async (name) => {
      const folder = path.join(cli.folder, 'plain');
      mkdirSync(folder, { recursive: true });
      writeFileSync(path.join(folder, 'trainctl.yaml'), 'command: "true"\n');
      const words = {
        status: ['status', 'x'],
        logs: ['logs', 'x'],
        snapshot: ['snapshot', '.'],
        local: ['local', 'list'],
      }[name];
      const { code, stdout, stderr } = await cli.run([...(words ?? [name]), '--json'], {}, folder);
      expect(code).toBe(3);
      expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'unavailable', next: 'trainctl stack up --detach' } });
      expect(stderr).toContain('next: trainctl stack up --detach');
    },
  );

  it.each([
    ['stack up --detach', '/proc/nope/deeper', 2],
    ['demo', '/proc/nope', 2],
    ['run -- true', '/proc/nope', 2],
    ['worker', '/proc/nope', 2],
    ['doctor', '/proc/nope', 1],
    ['doctor', '/proc', 1],
    ['stack up --detach', '/proc', 2],
    ['stack up --detach', 'FILE', 2],
    ['run -- true', 'FILE/below', 2],
    ['doctor', 'FILE', 1],
  ])('says of a home that cannot be one what is wrong with it, at once: %s in %s', async (line, where, exit) => {
    const file = path.join(cli.folder, 'a-file');
    writeFileSync(file, '');
    const home = where.replace('FILE', file);
    const { code, stdout, stderr } = await cli.run(line.split(' '), { TRAINCTL_HOME: home });
    const said = stdout + stderr;
    expect([code, said]).toEqual([exit, expect.stringContaining(`${home} cannot be the home of an installation: `)]);
    expect(said).toMatch(/permission denied|does not permit|cannot be made there|a file stands where/);
    expect(said).toContain('TRAINCTL_HOME=FOLDER');
  });

  it('touches no account because the shell holds credentials', async () => {
    const credentials = {
      AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_ENDPOINT_URL: elsewhere.AWS_ENDPOINT_URL,
    };
    const { code } = await cli.run(['run', '--', 'true'], credentials);
    expect(code).toBe(3);
    expect(visitors).toBe(0);
  });

  it('shows what a dry run would do without anything running', async () => {
    const folder = path.join(cli.folder, 'dry');
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, 'train.py'), 'print(1)\n');
    const { code, stdout } = await cli.run(['run', '--dry-run', '--', 'python', 'train.py'], {}, folder);
    expect(code).toBe(0);
    expect(stdout).toContain('cloud: local (nothing billed)');
    expect(stdout).toContain('1 file, 9 B');
    expect(stdout).toContain('dry run: nothing was sent or started');
  });

  it('says where money would be spent, when the settings say aws', async () => {
    const aws = { ...elsewhere, TRAINCTL_CLOUD: 'aws', TRAINCTL_BUCKET: 'bucket', TRAINCTL_REGION: 'us-west-2' };
    const { code, stdout } = await cli.run(['run', '--dry-run', '--set', 'limits.maxCostUsd=5', '--', 'true'], aws);
    expect(code).toBe(0);
    expect(stdout).toContain('cloud: aws (account unknown) us-west-2 (this costs money)');
    expect(stdout).toContain('EC2 could not be asked for prices');
    expect(stdout).toMatch(/at most \$/);
  });

  it('prints completion scripts that the shells can read, also into a closed pipe', async () => {
    const { stdout } = await cli.run(['completion', 'bash']);
    expect(spawnSync('bash', ['-n'], { input: stdout }).status).toBe(0);
    const piped = spawnSync('bash', ['-c', `set -o pipefail; node ${cli.main} schema | head -n 1`], {
      encoding: 'utf8',
    });
    expect(piped).toMatchObject({ stdout: '{\n', stderr: '' });
  });

  it('takes the stack’s variables back also when it is down', async () => {
    const { code, stdout } = await cli.run(['stack', 'env', '--unset']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^unset TEMPORAL_ADDRESS .*AWS_SECRET_ACCESS_KEY/);
  });
});
