import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { InstallResult } from '../../contract';
import { Host, PYTHON, until } from './support/host';

jest.setTimeout(180_000);

let host: Host;
beforeEach(async () => {
  host = await new Host().open();
  // No package index is asked: what is not a local file is not found.
  Object.assign(host.env, { PIP_NO_INDEX: '1', PIP_FIND_LINKS: '', UV_OFFLINE: '1', PIP_CONFIG_FILE: '/dev/null' });
});
afterEach(() => host.close());

/** A wheel with one module, built by hand so that no build tool is needed. */
function wheel(name: string, version: string): string {
  const file = `${name}-${version}-py3-none-any.whl`;
  const script = `import sys, zipfile
name, version, path = sys.argv[1:]
info = '%s-%s.dist-info/' % (name, version)
with zipfile.ZipFile(path, 'w') as z:
    z.writestr(name + '.py', 'VERSION = %r\\n' % version)
    z.writestr(info + 'METADATA', 'Metadata-Version: 2.1\\nName: %s\\nVersion: %s\\n' % (name, version))
    z.writestr(info + 'WHEEL', 'Wheel-Version: 1.0\\nGenerator: x\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n')
    z.writestr(info + 'RECORD', '')
`;
  execFileSync(PYTHON, ['-c', script, name, version, host.path('code', file)]);
  return file;
}

/**
 * A uv as far as these tests go, where how an environment is made is not what they are about: it leaves pip out, which takes python's
 * own venv three seconds of a processor, and installs by the pip of this machine.
 */
function quickUv(): void {
  const bin = path.join(host.home, '.local/bin');
  mkdirSync(bin, { recursive: true });
  const python = execFileSync(PYTHON, ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).trim();
  const uv = `#!/bin/bash
case "$1" in
  venv) for last; do :; done; exec ${python} -m venv --without-pip "$last";;
  pip) shift 2
    [ "$1" = --python ] || { first=$1; shift; }
    into=$2; shift 2; exec ${python} -m pip --python "$into" install $first --no-input "$@";;
esac
exit 2
`;
  writeFileSync(path.join(bin, 'uv'), uv, { mode: 0o755 });
}

const request = (more: object = {}) => ({
  dir: host.dir,
  requirements: 'auto',
  commands: [],
  env: {},
  secrets: {},
  command: 'python train.py',
  run: 'install-1',
  runKey: 'key',
  attempt: 1,
  node: 0,
  checkpoints: { dir: 'checkpoints' },
  ...more,
});
const install = (more: object = {}) => host.ok<InstallResult>('install', request(more));

describe('install', () => {
  it('makes no environment where nothing is asked for', async () => {
    expect(await install()).toEqual({ source: 'none', tool: null, packages: [], count: 0 });
    expect(existsSync(host.path('venv'))).toBe(false);
  });

  it('installs requirements.txt into the run’s own environment, runs the commands in it, and does so once', async () => {
    host.write('requirements.txt', `./${wheel('tiny_pkg', '1.5')}\n`);
    const wanted = {
      commands: [
        'python -c "import sys, tiny_pkg; print(sys.prefix)" > prefix; echo "$KEY-$MODE" > seen; echo x >> times',
      ],
      env: { MODE: 'fast' },
      secrets: { KEY: 'value' },
    };
    const result = await install(wanted);
    expect(result).toEqual({ source: 'requirements.txt', tool: 'pip', packages: ['tiny-pkg 1.5'], count: 1 });
    expect(readFileSync(host.path('code/prefix'), 'utf8').trim()).toBe(host.path('venv'));
    expect(readFileSync(host.path('code/seen'), 'utf8')).toBe('value-fast\n');
    expect(await install(wanted)).toEqual(result);
    expect(readFileSync(host.path('code/times'), 'utf8')).toBe('x\n');
    const attached = await host.start('python -c "import tiny_pkg; print(tiny_pkg.VERSION)"; echo $VIRTUAL_ENV');
    await attached.next('final');
    expect(host.joined().toString()).toBe(`1.5\n${host.path('venv')}\n`);
  });

  it('installs what a script’s PEP 723 block names, and a pyproject.toml without build system', async () => {
    quickUv();
    const file = wheel('tiny_pkg', '2.0');
    const url = `tiny_pkg @ file://${host.path('code', file)}`;
    host.write('train.py', `# /// script\n# dependencies = [\n#   "${url}",\n# ]\n# ///\n`);
    expect(await install()).toMatchObject({ source: 'pep723', packages: ['tiny-pkg 2.0'] });
    host.write('pyproject.toml', `[project]\nname = "x"\nversion = "1"\ndependencies = ["${url}"]\n`);
    expect(await install()).toMatchObject({ source: 'pyproject.toml', packages: ['tiny-pkg 2.0'] });
    host.write('pyproject.toml', '[tool.ruff]\nline-length = 100\n');
    expect(await install()).toMatchObject({ source: 'pep723' });
    expect(await install({ requirements: 'none' })).toMatchObject({ source: 'none', tool: null });
    expect(existsSync(host.path('venv'))).toBe(false);
    expect(await install({ requirements: 'train.py' })).toMatchObject({ source: 'train.py', count: 1 });
  });

  it('fails with the tool’s own last lines, without secrets', async () => {
    host.write('requirements.txt', 'trainctl-no-such-package==9.9\n');
    const missing = await host.fails('install', request());
    expect(missing).toMatchObject({ code: 'install-failed' });
    expect(missing.message).toBe('installing requirements.txt failed with exit code 1');
    expect(missing.tail).toContain('No matching distribution found for trainctl-no-such-package==9.9');
    quickUv();
    const commands = ['echo "token $KEY"; echo more; exit 4'];
    const failed = await host.fails(
      'install',
      request({ requirements: 'none', commands, secrets: { KEY: 'hunter22' } }),
    );
    expect(failed.message).toContain('failed with exit code 4');
    expect(failed.tail).toBe('token [secret KEY]\nmore');
    const absent = await host.fails('install', request({ requirements: 'req/gpu.txt' }));
    expect(absent).toMatchObject({ code: 'install-failed', message: expect.stringContaining('req/gpu.txt') as string });
    expect((await host.fails('install', request({ requirements: '../x' }))).code).toBe('hostile');
    expect((await host.fails('install', request({ env: { 'A B': 'x' } }))).code).toBe('bad-request');
  });

  it('shows the lines of the tools while they work', async () => {
    quickUv();
    const commands = ['i=0; until [ -e shown ] || [ $i = 600 ]; do i=$((i + 1)); echo "step $i $KEY"; sleep 0.1; done'];
    const child = host.spawn(['install']);
    const closed = once(child, 'close');
    let said = '';
    child.stdout?.on('data', (data: Buffer) => {
      said += data.toString();
    });
    child.stdin?.end(JSON.stringify(request({ commands, secrets: { KEY: 'hunter22' } })));
    await until('a line', () => /step \d+ \[secret KEY\]/.test(said));
    host.write('shown', '');
    expect(await closed).toEqual([0, null]);
    expect(said).not.toContain('hunter22');
  });

  it('prefers uv where it is, with uv.lock first', async () => {
    const bin = path.join(host.home, '.local/bin');
    execFileSync('mkdir', ['-p', bin]);
    const fake = `#!/bin/bash
echo "index $UV_INDEX_URL" >> ${host.home}/uv.log
echo "uv $*" >> ${host.home}/uv.log
if [ -t 1 ]; then echo "asking $UV_INDEX_URL"; fi
case "$1" in
  venv) for last; do :; done; exec ${PYTHON} -m venv --without-pip "$last";;
  sync) echo "into $UV_PROJECT_ENVIRONMENT" >> ${host.home}/uv.log; exec ${PYTHON} -m venv --without-pip "$UV_PROJECT_ENVIRONMENT";;
esac
`;
    execFileSync('bash', ['-c', `cat > ${bin}/uv && chmod 755 ${bin}/uv`], { input: fake });
    host.write('requirements.txt', 'numpy\n');
    // What is set for pip is said to uv, and its password nowhere.
    const index = 'http://me:hunter22@127.0.0.1:1/simple';
    const { answer, progress } = await host.run('install', request({ env: { PIP_INDEX_URL: index } }));
    expect(answer).toMatchObject({ result: { source: 'requirements.txt', tool: 'uv' } });
    expect(readFileSync(path.join(host.home, 'uv.log'), 'utf8')).toContain(`index ${index}\n`);
    const shown = readFileSync(host.path('setup.log'), 'utf8');
    expect(shown).toContain('asking http://me:[secret index-url]@127.0.0.1:1/simple\n');
    expect(shown + JSON.stringify(progress)).not.toContain('hunter22');
    host.write('uv.lock', 'version = 1\n');
    host.write('pyproject.toml', '[project]\nname = "x"\n');
    expect(await install()).toMatchObject({ source: 'uv.lock', tool: 'uv' });
    const log = readFileSync(path.join(host.home, 'uv.log'), 'utf8');
    expect(log).toContain(
      `uv pip install --no-index --python ${host.path('venv/bin/python')} -r ${host.path('code/requirements.txt')}`,
    );
    expect(log).toContain(`uv sync --frozen --project ${host.path('code')}\ninto ${host.path('venv')}\n`);
  });
});

describe('probe', () => {
  it('says what the host is', async () => {
    const found = await host.ok<Record<string, unknown>>('probe', {});
    expect(found.python).toMatch(/^3\.\d+\.\d+$/);
    expect(found.cpus).toBeGreaterThan(0);
    expect(found.memoryBytes).toBeGreaterThan(1e8);
    expect(found.diskFreeBytes).toBeGreaterThan(0);
    expect(Array.isArray(found.gpus)).toBe(true);
  });

  it('takes the environment of a login on the image, and sends what its tools write without secrets', async () => {
    quickUv();
    const profile = path.join(host.home, 'root/etc/profile.d');
    mkdirSync(profile, { recursive: true });
    writeFileSync(path.join(host.home, 'root/etc/environment'), 'MPI_HOME="/opt/mpi"\n');
    writeFileSync(path.join(profile, 'mpi.sh'), 'export FROM_PROFILE="$MPI_HOME/lib"; echo chatter\n');
    const result = await install({
      commands: [
        'echo "$FROM_PROFILE $TOKEN"',
        // A later login would see it, so what comes after does.
        'echo "export LATER=1; echo of no use >&2; exit 3" > "$TRAINCTL_HOST_ROOT/etc/profile.d/n.sh"',
        'echo "later: $LATER"',
      ],
      secrets: { TOKEN: 'hunter2hunter2' },
      grants: host.store.grants(),
    });
    expect(result.warnings).toEqual([expect.stringMatching(/n\.sh ended the shell \(3\).*chatter; of no use/)]);
    const sent = host.joined('setup').toString();
    expect(sent).toContain('\n/opt/mpi/lib [secret TOKEN]\n');
    expect(sent).toMatch(/^\+ making the environment\n/);
    expect(sent).toMatch(/later: 1\n$/);
    expect(sent).not.toContain('hunter2');
    expect(sent).not.toContain('chatter');
    expect(readFileSync(host.path('setup.log'), 'utf8')).toBe(sent);
    const landing = readFileSync(host.path('state/env.sh'), 'utf8');
    expect(landing).toContain(`export VIRTUAL_ENV=${host.path('venv')}\n`);
    expect(landing).not.toContain('hunter2');
  });

  it('sends what a failed one wrote, to its last line', async () => {
    quickUv();
    const failing = request({
      commands: ['echo begun; while [ ! -e go ]; do sleep 0.1; done; printf "no such %s\\\\n" driver >&2; exit 4'],
    });
    const running = host.run('install', { ...failing, grants: host.store.grants() });
    // While it is under way.
    await until('the first line', () => host.joined('setup').toString().includes('begun\n'));
    host.write('go', '');
    expect((await running).answer).toMatchObject({
      t: 'error',
      code: 'install-failed',
      tail: expect.stringContaining('driver'),
    });
    expect(host.joined('setup').toString()).toMatch(/begun\nno such driver\n$/);
  });
});
