import { get } from 'node:http';
import { DescribeRegionsCommand, TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import { openTarget, type Target } from '../support/target';

let target: Target;
beforeAll(async () => {
  target = await openTarget();
});
afterAll(() => target.close());

it('health', async () => {
  expect(await target.control('GET', 'health')).toEqual({ status: 200, json: { ok: true } });
});

it('state: what EC2 would show, and how often each action was called', async () => {
  const { InstanceId } = await target.runningOne({
    InstanceMarketOptions: { MarketType: 'spot' },
    TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'a', Value: 'b' }] }],
  });
  await target.ec2.send(new DescribeRegionsCommand({}));
  const { json } = await target.control('GET', 'state');
  expect(json.instances).toContainEqual(
    expect.objectContaining({
      id: InstanceId,
      state: 'running',
      zone: 'us-east-1a',
      instanceType: 't3.micro',
      market: 'spot',
      port: 2022,
      tags: { a: 'b' },
    }),
  );
  expect(json.volumes).toEqual([expect.objectContaining({ instanceId: InstanceId, state: 'in-use' })]);
  expect(json.spotRequests).toEqual([expect.objectContaining({ instanceId: InstanceId, statusCode: 'fulfilled' })]);
  expect(json.calls).toMatchObject({ RunInstances: 1, DescribeRegions: 1 });
});

it('one instance: user data, boot log and processes; its console as text', async () => {
  const script = '#!/bin/sh\necho said at boot\nsleep 600 &\n';
  const { InstanceId } = await target.runningOne({ UserData: Buffer.from(script).toString('base64') });
  const detail = async () => (await target.control('GET', `instances/${InstanceId}`)).json;
  while (!(await detail()).bootLog.includes('Cloud-init finished'));
  expect(await detail()).toMatchObject({ userData: script, bootLog: expect.stringContaining('said at boot') });
  // What has booted it may still be on its way out.
  while ((await detail()).processes.length > 1);
  expect((await detail()).processes).toEqual([expect.stringMatching(/^\d+ sleep 600$/)]);
  const console = await target.door(`instances/${InstanceId}/console`);
  expect(await console.text()).toContain('said at boot');
  await target.ec2.send(new TerminateInstancesCommand({ InstanceIds: [InstanceId] }));
  await target.reaches(InstanceId, 'terminated');
  expect(await detail()).toMatchObject({ state: 'terminated', processes: [] });
});

it('time: delays run at the pace that was set, also those under way', async () => {
  await target.control('POST', 'time', { scale: 0.001 });
  const { InstanceId } = await target.runOne();
  expect((await target.describe(InstanceId)).State?.Name).toBe('pending');
  await target.control('POST', 'time', { scale: 1e6 });
  await target.reaches(InstanceId, 'running');
  expect((await target.control('POST', 'time', { scale: 100 })).json).toEqual({ scale: 100 });
  expect((await target.control('POST', 'time', { scale: 0 })).status).toBe(400);
});

const FAULTY: [body: object | string, words: RegExp][] = [
  [{ kind: 'nonsense' }, /^kind "nonsense": one of throttle, error/],
  [{}, /^kind undefined/],
  [{ kind: 'error' }, /^code: a error fault needs it/],
  [{ kind: 'invisible', seconds: 'x' }, /^seconds: a number is needed/],
  [{ kind: 'throttle', times: -1 }, /^times: /],
  [{ kind: 'throttle', colour: 'red' }, /^colour: a throttle fault has no such field/],
  [{ kind: 'no-boot', match: { region: 'x' } }, /^match\.region: /],
  [{ kind: 's3-error', keyPattern: '(' }, /^keyPattern: /],
  ['[]', /not a JSON object/],
  ['{', /not JSON/],
];
it.each(FAULTY)('a fault that is none is refused: %j', async (body, words) => {
  const answer = await target.door('faults', {
    method: 'POST',
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  expect(answer.status).toBe(400);
  expect(((await answer.json()) as { error: string }).error).toMatch(words);
});

it('unknown calls are 404, known ones by another method 405', async () => {
  expect((await target.control('GET', 'nothing')).status).toBe(404);
  expect((await target.control('DELETE', 'health')).status).toBe(405);
  expect((await target.control('GET', 'instances/i-00000000000000000')).status).toBe(404);
});

it.each(['/_local/state', '/_local/instances/i-1', '/', '/bucket/key'])(
  'a name that a page has pointed at this machine is refused at every door: %s',
  async (path) => {
    const { url } = target.cloud?.info ?? { url: '' };
    const status = await new Promise((resolve, reject) => {
      get(`${url}${path}`, { headers: { host: 'rebound.example.com' } }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      }).on('error', reject);
    });
    expect(status).toBe(403);
  },
);

it('pages in a browser are refused', async () => {
  const answer = await target.door('faults', { method: 'DELETE', headers: { origin: 'https://example.com' } });
  expect(answer.status).toBe(403);
});

describe('other users of this machine, who cannot read its token', () => {
  const calls = ['state', 'instances/i-1', 'instances/i-1/console', 'faults', 'time', 'nothing'];
  const wrong = [undefined, '', 'Bearer', 'Bearer ', `Bearer ${'A'.repeat(43)}`, `Basic ${'A'.repeat(43)}`];

  it.each(calls)('are told nothing and do nothing: %s', async (call) => {
    for (const authorization of wrong) {
      for (const method of ['GET', 'POST', 'DELETE']) {
        const answer = await fetch(`${target.cloud?.info.url}/_local/${call}`, {
          method,
          ...(authorization === undefined ? {} : { headers: { authorization } }),
        });
        expect([answer.status, await answer.json()]).toEqual([401, { error: expect.stringContaining('controlToken') }]);
      }
    }
  });

  it('see that it is up, as by its port', async () => {
    const answer = await fetch(`${target.cloud?.info.url}/_local/health`);
    expect(answer.status).toBe(200);
  });
});
