import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

jest.setTimeout(600_000);

const ROOT = path.join(__dirname, '../../..');

/** A program against the package's types: it is compiled, and not run. */
const CONSUMER = `import { createClient, type RunResult, type RunSpecInput, type RunView, TrainctlError } from 'trainctl';
const spec: RunSpecInput = { command: 'python train.py', code: { dir: '.' }, limits: { maxCostUsd: 20 } };
export async function main(): Promise<RunResult> {
  const client = await createClient();
  const { code, files } = await client.sendCode('.');
  const run = await client.start({ ...spec, code }, { id: \`r-\${files}\` });
  const view: RunView = await run.status();
  if (view.origin?.commit) console.log(view.origin.commit.sha);
  // @ts-expect-error a market that there is not
  await client.start({ command: 'x', resources: { market: 'spto' } }).catch((e) => e instanceof TrainctlError && e.faults);
  return run.result();
}
`;

describe('the packed tarball', () => {
  let dir: string;
  beforeAll(() => {
    dir = mkdtempSync(path.join(os.tmpdir(), 'trainctl-packed-'));
    const said = execFileSync('npm', ['pack', '--json', '--pack-destination', dir], { cwd: ROOT, encoding: 'utf8' });
    const [{ filename }] = JSON.parse(said) as [{ filename: string }];
    mkdirSync(path.join(dir, 'empty'));
    const install = ['install', '--prefer-offline', '--no-audit', '--no-fund', path.join(dir, filename)];
    execFileSync('npm', install, { cwd: path.join(dir, 'empty'), stdio: 'pipe' });
  });
  afterAll(() => rm(dir, { recursive: true, force: true, maxRetries: 20 }));

  test('npx trainctl demo runs from an empty folder, and leaves nothing', () => {
    const env = { ...process.env, TRAINCTL_HOME: path.join(dir, 'home'), NO_COLOR: '1' };
    const stdout = execFileSync('npx', ['--no-install', 'trainctl', 'demo'], {
      cwd: path.join(dir, 'empty'),
      env,
      encoding: 'utf8',
    });
    expect(stdout).toContain('resumed');
    expect(stdout).toMatch(/succeeded in .* 2 attempts, 1 interruption/);
    expect(stdout).toContain('left behind     nothing');
  });

  test('has its docs, and types that a program can be written against', () => {
    const installed = path.join(dir, 'empty/node_modules/trainctl');
    for (const file of ['docs/reference.md', 'docs/typed-client.md', 'examples/digits/train.py', 'schema/run.v1.json'])
      expect([file, existsSync(path.join(installed, file))]).toEqual([file, true]);
    writeFileSync(path.join(dir, 'empty/consumer.ts'), CONSUMER);
    const tsc = path.join(ROOT, 'node_modules/typescript/bin/tsc');
    const options =
      '--noEmit --strict --skipLibCheck --module node16 --moduleResolution node16 --target es2022 consumer.ts';
    const types = ['--types', 'node', '--typeRoots', path.join(ROOT, 'node_modules/@types')];
    execFileSync(process.execPath, [tsc, ...options.split(' '), ...types], {
      cwd: path.join(dir, 'empty'),
      stdio: 'pipe',
    });
  });
});
