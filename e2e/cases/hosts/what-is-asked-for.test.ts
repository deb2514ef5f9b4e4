import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { lastJson, spawnCli, trainctl } from '../../support/cli';
import { indexReachable } from '../../support/index-reachable';
import { project } from '../../support/project';

jest.setTimeout(240_000);

/** Of a package index: uv comes from it. */
const online = indexReachable() ? test : test.skip;

async function until(what: () => Promise<boolean>): Promise<void> {
  while (!(await what())) await new Promise((resolve) => setTimeout(resolve, 300));
}

const PASSWORD = 'open-sesame-4711';

/** An index with one package, `only-here`, for who knows the password. */
async function ownIndex(): Promise<{ server: Server; url: string }> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'trainctl-own-index-'));
  const name = 'only_here-1.2-py3-none-any.whl';
  const script = `import sys, zipfile
info = 'only_here-1.2.dist-info/'
with zipfile.ZipFile(sys.argv[1], 'w') as z:
    z.writestr('only_here.py', 'HERE = True\\n')
    z.writestr(info + 'METADATA', 'Metadata-Version: 2.1\\nName: only-here\\nVersion: 1.2\\n')
    z.writestr(info + 'WHEEL', 'Wheel-Version: 1.0\\nGenerator: x\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n')
    z.writestr(info + 'RECORD', '')
`;
  execFileSync('python3', ['-c', script, path.join(folder, name)]);
  const wheel = readFileSync(path.join(folder, name));
  rmSync(folder, { recursive: true });
  const hash = createHash('sha256').update(wheel).digest('hex');
  const expected = `Basic ${Buffer.from(`me:${PASSWORD}`).toString('base64')}`;
  const server = createServer((request, response) => {
    if (request.headers.authorization !== expected) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="own"' }).end();
    } else if (request.url === '/simple/only-here/') {
      response.writeHead(200, { 'content-type': 'text/html' });
      response.end(`<!DOCTYPE html><html><body><a href="/${name}#sha256=${hash}">${name}</a></body></html>`);
    } else if (request.url === `/${name}`) response.end(wheel);
    else response.writeHead(404).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, url: `http://me:${PASSWORD}@127.0.0.1:${(server.address() as AddressInfo).port}/simple` };
}

/** A project in a folder of its own, that nobody has published. */
const tiny = (name: string): Record<string, string> => ({
  [`libs/${name}/pyproject.toml`]: `[project]\nname = "${name}"\nversion = "1.0"\ndescription = "x"\n[build-system]\nrequires = ["flit_core"]\nbuild-backend = "flit_core.buildapi"\n`,
  [`libs/${name}/${name}.py`]: '"""Nothing."""\n',
});

online("sources that uv alone reads, and an index that is named in pip's words", async () => {
  const { server, url } = await ownIndex();
  try {
    const dir = await project({
      ...tiny('beside_it'),
      'pyproject.toml':
        '[project]\nname = "asks"\nversion = "0.1"\nrequires-python = ">=3.8"\ndependencies = ["beside_it", "only-here"]\n[tool.uv.sources]\nbeside_it = { path = "libs/beside_it" }\n',
      'train.py': 'import beside_it, only_here; print("has", only_here.HERE)\n',
      'trainctl.yaml': `command: python train.py\nenv: { PIP_EXTRA_INDEX_URL: '${url}' }\n`,
    });
    const planned = await trainctl(['run', '--dry-run'], { cwd: dir });
    expect(planned.stdout).toContain('pyproject.toml by uv, for [tool.uv.sources] · Python >=3.8');
    const ended = lastJson<{ outcome: string; run: string }>(await trainctl(['run', '--json'], { cwd: dir }));
    const setup = (await trainctl(['logs', ended.run, '--setup'])).stdout;
    expect({ ...ended, setup }).toMatchObject({ outcome: 'succeeded' });
    expect((await trainctl(['logs', ended.run])).stdout).toBe('has True\n');
    expect(setup).toContain('+ installing uv, which [tool.uv.sources] needs\n');
    expect(setup).toContain('only-here==1.2');
    expect(setup).not.toContain(PASSWORD);
  } finally {
    server.close();
  }
});

test('a Python that the host does not have ends the run before its training, and what is left is said before', async () => {
  const dir = await project({
    'pyproject.toml':
      '[project]\nname = "later"\nversion = "0.1"\nrequires-python = ">=3.99"\ndependencies = ["six"]\n[project.optional-dependencies]\ngpu = ["torch"]\n[dependency-groups]\ntrain = ["lightning"]\ndev = ["ruff"]\n',
  });
  const planned = await trainctl(['run', '--dry-run', '--', 'echo', 'trained'], { cwd: dir });
  expect(planned.stdout).toMatch(/pyproject.toml asks for Python >=3.99, and this machine's python3 has 3\.\d+/);
  expect(planned.stdout).toContain('the extra gpu of pyproject.toml is not installed');
  expect(planned.stdout).toContain('the group train of pyproject.toml is not installed');
  expect(planned.stdout).toContain('without group dev');
  const ended = lastJson<{ outcome: string; run: string; reason: string }>(
    await trainctl(['run', '--json', '--', 'echo', 'trained'], { cwd: dir }),
  );
  expect(ended.outcome).toBe('failed');
  const status = await trainctl(['status', ended.run]);
  expect(status.stdout).toMatch(/pyproject.toml asks for Python >=3.99, and this host has 3\.\d+\.\d+/);
  expect(status.stdout).not.toContain('✔ train');
});

test('while a set-up is under way: who logs in is in the code, with what is there, and a bar is shown as it stands', async () => {
  const bar = 'n=0; while [ ! -e go ]; do n=$((n+1)); printf "\\r%d of 900 MB" $n; sleep 0.1; done; echo';
  const dir = await project({
    'trainctl.yaml': `name: under-way\ncommand: 'true'\nenv: { OWN: here }\nsetup: { commands: ['${bar}'] }\n`,
  });
  const run = spawnCli(['run'], { cwd: dir });
  let out = '';
  run.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    out += chunk;
  });
  const closed = once(run, 'close');
  await until(async () => / │ \d+ of 900 MB/.test(out));
  const said = await trainctl([
    'ssh',
    'under-way',
    '--',
    'echo "$TRAINCTL_RUN $TRAINCTL_ATTEMPT $OWN"; basename "$PWD"; command -v python; basename "$TRAINCTL_CHECKPOINT_DIR"; touch go',
  ]);
  expect(said.stdout).toMatch(/^under-way-\w+ 1 here\ncode\n.*\/venv\/bin\/python\ncheckpoints\n$/);
  expect(await closed).toEqual([0, null]);
  expect(out.indexOf(' of 900 MB')).toBeLessThan(out.indexOf('✔ setup'));
});
