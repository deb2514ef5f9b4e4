import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ofAnotherUser, peerUid } from '../../../../local/cloud/imds/peer';
import { bootMachine, type Machine } from '../support/machine';
import type { Login } from '../support/ssh';
import { openTarget, type Target } from '../support/target';

let target: Target;
let machine: Machine;
let session: Login;
let base: string;
beforeAll(async () => {
  target = await openTarget();
  machine = await bootMachine(
    target,
    {},
    {
      InstanceMarketOptions: { MarketType: 'spot' },
      MetadataOptions: { HttpTokens: 'required', InstanceMetadataTags: 'enabled' },
      TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'role', Value: 'test' }] }],
    },
  );
  session = await machine.login();
  base = await session.text('echo $AWS_EC2_METADATA_SERVICE_ENDPOINT');
});
afterAll(async () => {
  session.end();
  await target.close();
});

const TTL = 'x-aws-ec2-metadata-token-ttl-seconds';
const put = (path: string, headers: Record<string, string>) => fetch(`${base}${path}`, { method: 'PUT', headers });
const token = async (ttl = '60') => (await put('/latest/api/token', { [TTL]: ttl })).text();
async function get(path: string, value?: string): Promise<{ status: number; text: string }> {
  const headers = { 'x-aws-ec2-metadata-token': value ?? (await token()) };
  const answer = await fetch(`${base}${path}`, { headers });
  return { status: answer.status, text: await answer.text() };
}
const read = async (path: string) => (await get(`/latest/meta-data/${path}`)).text;

describe('tokens', () => {
  it('are given for 1 to 21600 seconds; the reply repeats the time', async () => {
    const answer = await put('/latest/api/token', { [TTL]: '21600' });
    expect([answer.status, answer.headers.get(TTL)]).toEqual([200, '21600']);
    for (const ttl of ['0', '21601', 'x', '-1'])
      expect((await put('/latest/api/token', { [TTL]: ttl })).status).toBe(400);
    expect((await put('/latest/api/token', {})).status).toBe(400);
  });

  it('are not given by another path, nor through a proxy', async () => {
    expect((await put('/2021-07-15/api/token', { [TTL]: '60' })).status).toBe(403);
    expect((await put('/latest/api/token', { [TTL]: '60', 'x-forwarded-for': '10.0.0.1' })).status).toBe(403);
  });

  it('are not given to another user of this machine', () => {
    const ends = { remoteAddress: '127.0.0.2', remotePort: 0x1f90, localAddress: '127.3.2.1', localPort: 80 };
    const line = (uid: number) =>
      `   7: 0200007F:1F90 0102037F:0050 01 00000000:00000000 00:00000000 00000000 ${uid}        0 1 1 0 20 4 30 10 -1`;
    const other =
      '   6: 0102037F:0050 0200007F:1F90 01 00000000:00000000 00:00000000 00000000   0   0 1 1 0 20 4 30 10 -1';
    expect([1000, 1001, 0].map((uid) => ofAnotherUser(ends, 1000, `${other}\n${line(uid)}\n`))).toEqual([
      false,
      true,
      false,
    ]);
    expect([peerUid(ends, ''), peerUid({ ...ends, localAddress: '::1' }, line(5))]).toEqual([undefined, undefined]);
  });

  (process.getuid?.() === 0 ? it : it.skip)('so too, by a process of another user (needs root)', async () => {
    const asks = `
import encodings.idna, os, sys, urllib.request, urllib.error
os.setuid(65534)
request = urllib.request.Request(sys.argv[1] + "/latest/api/token", method="PUT", headers={"${TTL}": "60"})
try:
    print(urllib.request.urlopen(request).status)
except urllib.error.HTTPError as error:
    print(error.code)`;
    expect(await promisify(execFile)('python3', ['-c', asks, base])).toMatchObject({ stdout: '403\n' });
  });

  it('none, a wrong one and an expired one are 401', async () => {
    expect((await fetch(`${base}/latest/meta-data/`)).status).toBe(401);
    expect((await get('/latest/meta-data/', 'wrong')).status).toBe(401);
    const status = async (value: string) => (await get('/latest/meta-data/', value)).status;
    // A machine that is too slow to use it in two seconds gets twice the time, again and again.
    let [seconds, short] = [2, await token('2')];
    while ((await status(short)) !== 200) {
      seconds *= 2;
      short = await token(String(seconds));
    }
    const begun = Date.now();
    while ((await status(short)) !== 401) expect(Date.now() - begun).toBeLessThan(40_000 + seconds * 1000);
  });

  it('of one instance do not open another', async () => {
    const other = await bootMachine(target);
    const neighbour = await other.login();
    const url = await neighbour.text('echo $AWS_EC2_METADATA_SERVICE_ENDPOINT');
    expect(url).not.toBe(base);
    const headers = { 'x-aws-ec2-metadata-token': await token() };
    expect((await fetch(`${url}/latest/meta-data/instance-id`, { headers })).status).toBe(401);
    // HttpTokens is optional there: version 1 needs none.
    expect(await (await fetch(`${url}/latest/meta-data/instance-id`)).text()).toBe(other.id);
    neighbour.end();
  });
});

describe('the tree', () => {
  it('says who the instance is', async () => {
    const instance = await target.describe(machine.id);
    expect(await read('instance-id')).toBe(machine.id);
    expect(await read('instance-type')).toBe('t3.micro');
    expect(await read('instance-life-cycle')).toBe('spot');
    expect(await read('placement/availability-zone')).toBe(instance.Placement?.AvailabilityZone);
    expect(await read('placement/region')).toBe('us-east-1');
    expect(await read('local-ipv4')).toBe(instance.PrivateIpAddress);
    expect(await read('public-ipv4')).toBe(instance.PublicIpAddress);
    expect(await read('tags/instance/role')).toBe('test');
    const [macFolder] = (await read('network/interfaces/macs/')).split('\n');
    expect(await read(`network/interfaces/macs/${macFolder}subnet-id`)).toBe(instance.SubnetId);
    expect(await read('public-keys/0/openssh-key')).toBe(machine.key.public);
    expect(await read('block-device-mapping/root')).toBe('/dev/sda1');
  });

  it('lists folders with a slash, and answers 404 for what is not there', async () => {
    const names = (await read('')).split('\n');
    expect(names).toEqual(expect.arrayContaining(['ami-id', 'placement/', 'events/', 'network/']));
    expect((await get('/latest/meta-data/none')).status).toBe(404);
    expect((await get('/latest/meta-data/instance-id/none')).status).toBe(404);
    expect((await get('/nonsense/meta-data/')).status).toBe(404);
    expect((await get('/latest/meta-data/constructor')).status).toBe(404);
  });

  it('has user data as they were given and the identity document', async () => {
    expect((await get('/latest/user-data')).text).toContain('#cloud-config');
    const document = JSON.parse((await get('/latest/dynamic/instance-identity/document')).text);
    expect(document).toMatchObject({
      instanceId: machine.id,
      region: 'us-east-1',
      kernelId: null,
      version: '2017-09-30',
    });
  });
});

describe('notices', () => {
  it('are absent until there is one', async () => {
    expect((await get('/latest/meta-data/spot/instance-action')).status).toBe(404);
    expect((await get('/latest/meta-data/spot/termination-time')).status).toBe(404);
    expect((await get('/latest/meta-data/events/recommendations/rebalance')).status).toBe(404);
    expect(await read('events/maintenance/scheduled')).toBe('[]');
  });

  it('maintenance and rebalance recommendations', async () => {
    const asked = Date.now();
    await target.control('POST', `instances/${machine.id}/maintenance`, {
      code: 'system-reboot',
      notBeforeSeconds: 60,
    });
    const answered = Date.now();
    const [event] = JSON.parse(await read('events/maintenance/scheduled'));
    expect(event).toMatchObject({ Code: 'system-reboot', State: 'active' });
    expect(event.NotBefore).toMatch(/^\d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/);
    // To the second.
    expect(Date.parse(event.NotBefore)).toBeGreaterThan(asked + 59_000);
    expect(Date.parse(event.NotBefore)).toBeLessThanOrEqual(answered + 60_000);
    await target.control('POST', `instances/${machine.id}/rebalance`);
    expect(JSON.parse(await read('events/recommendations/rebalance')).noticeTime).toMatch(/^\d{4}-.*Z$/);
  });

  it('a spot notice, to the second, for as long as the instance lives', async () => {
    const announced = await target.control('POST', `instances/${machine.id}/interrupt`, { noticeSeconds: 600 });
    const action = JSON.parse(await read('spot/instance-action'));
    expect(action).toEqual({ action: 'terminate', time: announced.json.time.replace(/\.\d+Z$/, 'Z') });
    expect(await read('spot/termination-time')).toBe(action.time);
  });
});
