import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { confirm } from '../../../client/cli/ask';
import { completionScript, completionTree } from '../../../client/cli/completion-script';
import { demoSettings } from '../../../client/cli/demo-action';
import { extendArgs } from '../../../client/cli/extend-args';
import { csvCell } from '../../../client/cli/logs-action';
import { planLine, planOf } from '../../../client/cli/plan';
import { buildProgram } from '../../../client/cli/program';
import { inputOfSpec } from '../../../client/cli/rerun-action';
import { confirmSize } from '../../../client/cli/send-code';
import { knownHostsLine, sshArgs, sshTarget } from '../../../client/cli/ssh-action';
import { accessKeys, ensureOwnKey, ownKeyPath } from '../../../client/cli/ssh-key';
import { shellQuote } from '../../../client/cli/stack-action';
import type { StackState } from '../../../contract';
import { parseRunSpec } from '../../../contract/schema';
import { SETTINGS } from '../settings-fixture';
import { at, attempt, view } from '../status-fixture';

const TARGET = { user: 'ubuntu', address: '127.0.0.2', port: 2022, hostKey: 'ssh-ed25519 AAAA' };

describe('ssh', () => {
  it('logs in to the newest living instance whose key is known, and to no other', () => {
    const known = attempt(2, { ...TARGET });
    expect(sshTarget(view({ attempts: [attempt(1, TARGET), known] }))).toEqual(TARGET);
    expect(() => sshTarget(view({ attempts: [attempt(1)] }))).toThrow('no instance that answers yet');
    expect(() => sshTarget(view({ attempts: [{ ...known, terminatedAt: at(1) }] }))).toThrow('no instance any more');
    expect(() => sshTarget(view({ attempts: [known], endedAt: at(1) }))).toThrow('no instance any more');
  });

  it('puts options of ssh before the host and a command behind it', () => {
    const words = (...rest: string[]): string[] => sshArgs(TARGET, 'key', 'kh', rest).slice(-(rest.length + 1));
    expect(words('-L', '6006:localhost:6006')).toEqual(['-L', '6006:localhost:6006', 'ubuntu@127.0.0.2']);
    expect(words('-N', '-p', '1', 'ls', '-l')).toEqual(['-N', '-p', '1', 'ubuntu@127.0.0.2', 'ls', '-l']);
  });

  it('trusts one host key and asks for no other', () => {
    expect(knownHostsLine(TARGET)).toBe('[127.0.0.2]:2022 ssh-ed25519 AAAA\n');
    expect(knownHostsLine({ ...TARGET, port: 22 })).toBe('127.0.0.2 ssh-ed25519 AAAA\n');
    expect(sshArgs(TARGET, 'key', '/tmp/a b', [])).toEqual(
      expect.arrayContaining(['StrictHostKeyChecking=yes', 'UserKnownHostsFile="/tmp/a b"', 'IdentitiesOnly=yes']),
    );
  });

  it('makes one key pair, private to its owner, that ssh-keygen understands', () => {
    const home = mkdtempSync(path.join(tmpdir(), 'trainctl-key-'));
    try {
      const [first, second] = [ensureOwnKey(home), accessKeys(home, home)];
      expect(second).toEqual([first]);
      expect(statSync(ownKeyPath(home)).mode & 0o777).toBe(0o600);
      const read = spawnSync('ssh-keygen', ['-y', '-f', ownKeyPath(home)], { encoding: 'utf8' });
      expect(read.stdout.split(' ').slice(0, 2)).toEqual(first.split(' ').slice(0, 2));
      expect(readFileSync(ownKeyPath(home), 'utf8')).toContain('OPENSSH PRIVATE KEY');
    } finally {
      rmSync(home, { recursive: true, force: true });
    }
  });
});

describe('rerun', () => {
  it('types a resolved spec so that it resolves to itself', () => {
    const defaults = { instanceTypes: ['m5.large'], project: 'p' };
    const parsed = parseRunSpec(
      {
        name: 'a',
        command: ['x'],
        code: { snapshot: 'a'.repeat(64) },
        env: { A: 1 },
        outputs: [{ from: 'out/', to: 's3://bucket/results/' }],
        checkpoints: { every: '5m', signal: 'SIGUSR1' },
        resources: { market: 'spot-then-on-demand', disk: '80GiB' },
        limits: { maxDuration: '90m', maxCostUsd: 3 },
        retry: { exitCodes: [75] },
      },
      defaults,
    );
    if (!parsed.ok) throw new Error(parsed.message);
    const again = parseRunSpec(JSON.parse(JSON.stringify(inputOfSpec(parsed.spec))), defaults);
    expect(again).toEqual(parsed);
  });
});

describe('the plan', () => {
  const parsed = parseRunSpec(
    {
      command: 'x',
      resources: { instanceTypes: ['m5.large', 'c5.large'], market: 'spot-then-on-demand' },
      limits: { maxDuration: '2h' },
    },
    { instanceTypes: [] },
  );
  if (!parsed.ok) throw new Error(parsed.message);
  const { spec } = parsed;

  it('names placements in order and the most that they can cost', async () => {
    const price = (instanceType: string, zone: string, hourlyUsd: number) => ({
      instanceType,
      zone,
      hourlyUsd,
      since: 0,
    });
    const ec2 = {
      offeredZones: async () => new Map([['m5.large', ['a', 'b']]]),
      spotPrices: async () => [price('m5.large', 'a', 0.05), price('m5.large', 'b', 0.04)],
    };
    const settings = { ...SETTINGS, prices: { 'm5.large': 0.1, 'c5.large': 0.2 } };
    const plan = await planOf(spec, settings, ec2 as never);
    expect(plan.placements[0]).toMatchObject({ market: 'spot', hourlyUsd: 0.04, zones: ['b', 'a'] });
    expect(plan.placements[3]).toMatchObject({ instanceType: 'c5.large', market: 'on-demand', hourlyUsd: 0.2 });
    expect(plan.ceilingUsd).toBeNull();
    const capped = await planOf({ ...spec, limits: { ...spec.limits, maxCostUsd: 0.5 } }, settings, ec2 as never);
    expect(planLine(capped)).toBe(
      'spot m5.large, then c5.large, then on-demand m5.large, then c5.large · at most $0.50, 2 h',
    );
  });

  it('says why prices are missing', async () => {
    const ec2 = { offeredZones: async () => Promise.reject(new Error('not authorized')), spotPrices: async () => [] };
    expect((await planOf(spec, SETTINGS, ec2 as never)).warning).toContain('not authorized');
  });
});

it('refuses in a pipe what it would have to ask, with what to type instead', async () => {
  await expect(confirm('Start it on AWS?', 'say --yes')).rejects.toMatchObject({ code: 'usage', next: 'say --yes' });
  const nothing = { files: [], folders: [], largest: [], skipped: [], credentials: [], warnings: [] };
  const selection = { dir: '/', source: 'folder' as const, ...nothing };
  const large = { ...selection, totalBytes: 500_000_001 };
  await expect(confirmSize(large)).rejects.toMatchObject({ exitCode: 2, next: expect.stringContaining('--yes') });
  await confirmSize(large, true);
  await confirmSize({ ...selection, totalBytes: 500_000_000 });
});

it('adds time and money, and refuses neither', () => {
  expect(extendArgs({ duration: '+2h', cost: '+5' })).toEqual({ duration: 7200, costUsd: 5 });
  expect(() => extendArgs({})).toThrow('by how much');
  expect(() => extendArgs({ duration: 'banana' })).toThrow('banana');
  expect(() => extendArgs({ cost: '-5' })).toThrow('not an amount');
});

it.each([
  [1.5, '1.5'],
  [-3, '-3'],
  ['a,b', '"a,b"'],
  ['say "x"', '"say ""x"""'],
  ['=HYPERLINK(1)', "'=HYPERLINK(1)"],
  [undefined, ''],
  [[1, 2], '"[1,2]"'],
])('writes %j as the CSV cell %s', (value, cell) => expect(csvCell(value)).toBe(cell));

it('quotes for a shell only what needs it', () => {
  expect(shellQuote('http://127.0.0.1:4510')).toBe('http://127.0.0.1:4510');
  expect(spawnSync('sh', ['-c', `printf %s ${shellQuote("a'b $HOME")}`], { encoding: 'utf8' }).stdout).toBe(
    "a'b $HOME",
  );
});

describe('completion', () => {
  const program = buildProgram('0', [], true);

  it('knows every command, sub-command and option', () => {
    const words = Object.fromEntries(completionTree(program).map((node) => [node.path, node.words.map((w) => w.word)]));
    expect(words['']).toEqual(expect.arrayContaining(['run', 'rerun', 'ls', 'stack', 'local', 'doctor']));
    expect(words.stack).toEqual(expect.arrayContaining(['up', 'down', 'env', 'status']));
    expect(words['stack down']).toEqual(expect.arrayContaining(['--force', '--json']));
  });

  it('completes in a real bash', () => {
    const complete = (...line: string[]): string[] => {
      const words = line.map((word) => `'${word}'`).join(' ');
      const script = `${completionScript('bash', program)}\nCOMP_WORDS=(${words}); COMP_CWORD=${line.length - 1}; _trainctl; printf '%s\\n' "\${COMPREPLY[@]}"`;
      return spawnSync('bash', ['-c', script], { encoding: 'utf8', cwd: '/' }).stdout.split('\n').filter(Boolean);
    };
    expect(complete('trainctl', 'rer')).toEqual(['rerun']);
    expect(complete('trainctl', 'stack', 'd')).toEqual(['down']);
    expect(complete('trainctl', 'stack', 'down', '--f')).toEqual(['--force']);
    expect(complete('trainctl', 'run', '--dry')).toEqual(['--dry-run']);
    expect(complete('trainctl', 'run', '/et')).toEqual(['/etc']);
  });
});

it('keeps the demo on its own servers, whatever the shell names', () => {
  const home = mkdtempSync(path.join(tmpdir(), 'trainctl-demo-'));
  try {
    const state = { temporal: { address: '127.0.0.1:7777', namespace: 'default', uiUrl: 'http://127.0.0.1:8888' } };
    const settings = demoSettings(
      {
        TRAINCTL_HOME: home,
        TRAINCTL_CLOUD: 'aws',
        TRAINCTL_BUCKET: 'paid',
        TEMPORAL_ADDRESS: 'prod:7233',
        TEMPORAL_API_KEY: 'key',
        AWS_ACCESS_KEY_ID: 'AKIA',
        AWS_SECRET_ACCESS_KEY: 'secret',
        AWS_PROFILE: 'prod',
      },
      state as StackState,
    );
    expect(settings).toMatchObject({ cloud: 'local', temporal: { address: '127.0.0.1:7777' } });
    expect(settings.temporal.apiKey).toBeUndefined();
    expect(settings.credentials).toBeUndefined();
    expect(settings.bucket).not.toBe('paid');
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
});
