import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CompiledCli } from './support/compiled';

/** Writes down which files a process has loaded, when it ends. */
const WITNESS = `process.once('exit', () => {
  require('node:fs').writeFileSync(process.env.LOADED, JSON.stringify(Object.keys(require.cache)));
});`;

describe('a command loads what it needs and nothing else', () => {
  let cli: CompiledCli;
  let folder: string;
  beforeAll(() => {
    cli = new CompiledCli();
    folder = mkdtempSync(path.join(tmpdir(), 'trainctl-lazy-'));
    writeFileSync(path.join(folder, 'witness.js'), WITNESS);
  });
  afterAll(() => {
    cli.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  /** The packages whose code a command has read: of bundled parts, those that they were made of. */
  async function packagesOf(args: string[], env: NodeJS.ProcessEnv = {}): Promise<string[]> {
    const loaded = path.join(folder, 'loaded.json');
    rmSync(loaded, { force: true });
    await cli.run(args, { ...env, LOADED: loaded, NODE_OPTIONS: `--require ${path.join(folder, 'witness.js')}` });
    const files = JSON.parse(readFileSync(loaded, 'utf8')) as string[];
    const sources = files.flatMap((file) => {
      if (!file.includes('/dist/')) return [file];
      return (JSON.parse(readFileSync(`${file}.map`, 'utf8')) as { sources: string[] }).sources;
    });
    const packages = sources.map((source) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source)?.[1]);
    return [...new Set(packages.filter((name) => name !== undefined))].sort();
  }

  const UNREACHABLE = {
    TRAINCTL_CLOUD: 'aws',
    TRAINCTL_BUCKET: 'bucket',
    TRAINCTL_REGION: 'us-west-2',
    TEMPORAL_ADDRESS: '127.0.0.1:1',
    AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
  };

  it('its version: no package at all', async () => {
    expect(await packagesOf(['--version'])).toEqual([]);
  });

  it.each([['ls'], ['status'], ['run'], ['stack'], ['checkpoints']])(
    'the help of %s: the parser of commands',
    async (name) => {
      expect(await packagesOf([name, '--help'])).toEqual(['commander', 'picocolors']);
    },
  );

  it('ls: Temporal, and S3 only once there is a run to ask about', async () => {
    const packages = await packagesOf(['ls'], UNREACHABLE);
    expect(packages).toContain('@temporalio/client');
    expect(packages.filter((name) => name.startsWith('@aws-sdk/') || ['ssh2', 'yaml', 'zod'].includes(name))).toEqual(
      [],
    );
  });

  it('status: Temporal and S3, and neither EC2 nor what reads a spec', async () => {
    const packages = await packagesOf(['status', 'x'], UNREACHABLE);
    expect(packages).toEqual(expect.arrayContaining(['@aws-sdk/client-s3', '@temporalio/client']));
    for (const other of ['@aws-sdk/client-ec2', '@aws-sdk/client-ssm', 'ssh2', 'tar-stream', 'yaml', 'zod']) {
      expect(packages).not.toContain(other);
    }
  });

  it('run --dry-run on the local cloud: what reads a spec, and no server', async () => {
    const packages = await packagesOf(['run', '--dry-run', '--', 'true']);
    expect(packages).toEqual(expect.arrayContaining(['yaml', 'zod']));
    expect(packages.filter((name) => /^@(temporalio|aws-sdk|grpc)\//.test(name) || name === 'ssh2')).toEqual([]);
  });
});
