// Run by node in a network namespace of its own (namespaced.test.ts). Tells in one line of JSON what is seen there, and then keeps a
// cloud with one host until it is killed.
import { readdirSync, readlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import { bootMachine } from '../../support/machine';
import { login } from '../../support/ssh';
import { openTarget } from '../../support/target';
import { until } from '../../support/until';

/** What a program on a host sees. It knows nothing of its metadata service but what everybody knows. */
const ON_HOST = `
import json, os, socket, sys, urllib.request
neighbour, health = sys.argv[1:]
direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
def ask(url, method="GET", **headers):
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    return direct.open(urllib.request.Request(url, method=method, headers=headers), timeout=20).read().decode()
imds = "http://169.254.169.254/latest/"
token = ask(imds + "api/token", "PUT", x_aws_ec2_metadata_token_ttl_seconds="60")
data = {name: ask(imds + "meta-data/" + name, x_aws_ec2_metadata_token=token) for name in ("instance-id", "local-ipv4")}
print(json.dumps({
    "id": data["instance-id"],
    "address": data["local-ipv4"],
    "told": [name for name in os.environ if "METADATA" in name],
    "connection": os.environ["SSH_CONNECTION"],
    "links": sorted(name for _, name in socket.if_nameindex()),
    "neighbour": socket.create_connection((neighbour, 22), timeout=20).recv(8).decode(),
    "health": json.loads(ask(health)),
}))
`;

/** Network namespaces that this process holds. */
const held = (): string[] => {
  const links = readdirSync('/proc/self/fd').map((fd) => linkOf(`/proc/self/fd/${fd}`));
  return links.filter((link) => link.startsWith('net:'));
};

function linkOf(file: string): string {
  try {
    return readlinkSync(file);
  } catch {
    return '';
  }
}

const uplinks = (): string[] => Object.keys(networkInterfaces()).filter((name) => name.startsWith('trainctl'));

/** What an attempt to reach EC2's own address of the metadata service comes to, from outside of all hosts. */
const outside = (): Promise<string> =>
  new Promise((resolve) => {
    const socket = connect({ host: '169.254.169.254', port: 80 });
    socket
      .once('connect', () => resolve('connected'))
      .once('error', (error: NodeJS.ErrnoException) => {
        resolve(error.code ?? error.message);
      });
  });

async function main(): Promise<void> {
  const target = await openTarget({ sshServer: 'netns' });
  const { sshPort = 0, url } = target.cloud?.info ?? {};
  const [machine, neighbour] = await Promise.all([bootMachine(target), bootMachine(target)]);
  const at = (address: string) => login(address, machine.key, {}, sshPort);

  const session = await at(machine.address);
  const seen = await session.run(`python3 - ${neighbour.address} ${url}/_local/health`, ON_HOST);
  if (seen.code !== 0) throw new Error(seen.stderr);
  const { json } = await target.control('POST', `instances/${machine.id}/move`);
  const moved = await at(json.address);
  const sameHost = moved.hostKey === session.hostKey;
  moved.end();

  // Another cloud side by side, in a range of its own: what is its own goes with it.
  const both = await openTarget({ sshServer: 'netns' }).then(async (other) => {
    await bootMachine(other);
    const there = { uplinks: uplinks(), held: held().length };
    await other.close();
    return there;
  });
  await until('one cloud alone', async () => uplinks().length === 1 && held().length === 3);

  const before = held();
  await target.ec2.send(new TerminateInstancesCommand({ InstanceIds: [machine.id] }));
  await until('the host to be gone', async () => held().length === 2);
  const facts = {
    id: machine.id,
    address: machine.address,
    sshPort,
    seen: JSON.parse(seen.stdout.toString()),
    moved: { address: json.address, sameHost },
    outside: await outside(),
    both,
    gone: before.filter((one) => !held().includes(one)),
    left: held(),
  };
  console.log(JSON.stringify(facts));
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
