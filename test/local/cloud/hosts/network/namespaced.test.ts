import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { NamespacedNetwork } from '../../../../../local/cloud/hosts/network/namespaced';
import { networkEnvironment, noNamespaces, OWN_NETWORK } from '../../support/own-network';
import { until } from '../../support/until';

const where = noNamespaces === undefined ? describe : describe.skip;

where(`hosts in network namespaces${noNamespaces ? `, left out: ${noNamespaces}` : ''}`, () => {
  /** Keeps the network in which the cloud is, so that it can be looked into when the cloud is gone. */
  let keeper: ChildProcess;
  let cloud: ChildProcess;
  // biome-ignore lint/suspicious/noExplicitAny: what within.ts says
  let facts: any;
  const enter = () => ['nsenter', `--net=/proc/${keeper.pid}/ns/net`, '--'];
  const links = (): string[] => {
    const [program = '', ...args] = [...enter(), 'ip', '-o', 'link'];
    const said = execFileSync(program, args, { env: networkEnvironment(), encoding: 'utf8' });
    return [...said.matchAll(/^\d+: ([^:@]+)/gm)].map(([, name = '']) => name);
  };

  beforeAll(async () => {
    const [unshare = '', ...args] = [...OWN_NETWORK, 'sh', '-c', 'echo; exec cat'];
    keeper = spawn(unshare, args, { stdio: ['pipe', 'pipe', 'inherit'], env: networkEnvironment() });
    if (keeper.stdout) await once(keeper.stdout, 'data');
    const register = path.resolve(__dirname, '../../../../support/register.js');
    const command = [...enter(), process.execPath, '-r', register, path.join(__dirname, 'within.ts')];
    const [program = '', ...rest] = command;
    cloud = spawn(program, rest, { stdio: ['ignore', 'pipe', 'pipe'], env: networkEnvironment() });
    if (!cloud.stdout || !cloud.stderr) throw new Error('no streams');
    const words = text(cloud.stderr);
    const early = once(cloud, 'exit').then(async () => {
      throw new Error(await words);
    });
    early.catch(() => undefined);
    const [line] = await Promise.race([once(createInterface({ input: cloud.stdout }), 'line'), early]);
    facts = JSON.parse(String(line));
  });
  afterAll(() => {
    cloud?.kill('SIGKILL');
    keeper?.stdin?.end();
  });

  it('have an address, a port 22 and a loopback of their own, reach each other and the cloud, and nothing else', () => {
    expect(facts.sshPort).toBe(22);
    expect(facts.address).toMatch(/^10\.2\d\d\.1\.[12]$/);
    expect(facts.seen).toMatchObject({
      connection: expect.stringMatching(new RegExp(`^10\\.2\\d\\d\\.0\\.1 \\d+ ${facts.address} 22$`)),
      links: ['eth0', 'lo'],
      neighbour: expect.stringMatching(/^SSH-2\.0/),
      health: { ok: true },
    });
  });

  it('find the metadata service where EC2 has it, without being told, and nobody else does', () => {
    expect(facts.seen).toMatchObject({ id: facts.id, address: facts.address, told: [] });
    expect(facts.outside).toBe('ENETUNREACH');
  });

  it('get another address of the same network', () => {
    expect(facts.moved).toEqual({ address: expect.stringMatching(/^10\.2\d\d\.1\.3$/), sameHost: true });
  });

  it('are gone with their instance, and with their cloud, which leaves the one beside it alone', () => {
    expect(new Set(facts.both.uplinks).size).toBe(2);
    // A namespace a host, and one of the bridge of each cloud.
    expect(facts.both.held).toBe(5);
    expect(facts.gone).toHaveLength(1);
    expect(facts.left).toHaveLength(2);
    expect(processesIn(facts.gone)).toEqual([]);
  });

  it('are gone when the cloud is killed outright', async () => {
    expect(links()).toEqual(['lo', expect.stringMatching(/^trainctl2\d\d$/)]);
    expect(processesIn(facts.left)).not.toEqual([]);
    cloud.kill('SIGKILL');
    await until('no process of a host', async () => processesIn(facts.left).length === 0);
    await until('no link', async () => links().length === 1);
  });
});

/** Pids of what runs in these network namespaces. */
function processesIn(namespaces: string[]): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && namespaces.includes(readlinkSync(`/proc/${pid}/ns/net`));
    } catch {
      return false;
    }
  });
}

test('the network of the machine is refused, with all that is missing besides', async () => {
  const machine = { platform: 'linux', uid: 1000, waysOut: ['eth0'], has: () => true };
  await expect(NamespacedNetwork.open(22, machine)).rejects.toThrow(
    /TRAINCTL_LOCALCLOUD_HOSTS=netns: only root .*; .*this one has eth0/,
  );
});
