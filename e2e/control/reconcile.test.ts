import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  DescribeInstancesCommand,
  type Instance,
  RunInstancesCommand,
  type Tag,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { type ReconcileResult, reconcileSchedule } from '../../contract';
import { lastJson, spawnCli, trainctl } from '../support/cli';
import { aliveOf, ec2 } from '../support/cloud';
import { untilTrains } from '../support/look-at';
import { project } from '../support/project';
import { passAlone } from '../support/stack';
import { temporal } from '../support/temporal';

jest.setTimeout(300_000);

const OTHER = { TRAINCTL_INSTALLATION: 'other', TEMPORAL_NAMESPACE: 'other' };

/** The pass of every five minutes must not come in between; each installation has the name of its namespace. Waits until a worker has made the schedule. */
async function toggleSchedule(how: '--pause' | '--unpause', namespace: string): Promise<void> {
  for (;;) {
    const args = ['schedule', 'toggle', how, '--schedule-id', reconcileSchedule(namespace), '--reason', 'a test'];
    const answer = await temporal(...args, '--namespace', namespace).then(
      () => undefined,
      (error: Error) => error.message,
    );
    if (answer === undefined) return;
    if (!/not found|has not been created/i.test(answer)) throw new Error(answer);
    await sleep(200);
  }
}

beforeAll(() => toggleSchedule('--pause', 'default'));
afterAll(() => toggleSchedule('--unpause', 'default'));

/** A run that is training, and its instance. */
async function training(name: string, env: Record<string, string> = {}): Promise<{ run: string; instance: Instance }> {
  const dir = await project({ 'trainctl.yaml': JSON.stringify({ name, command: 'sleep 600' }) });
  const started = await trainctl(['run', '--json', '--yes', '--detach'], { cwd: dir, env });
  const { run } = lastJson<{ run: string }>(started);
  const { attempts } = await untilTrains(run, env);
  return { run, instance: await describe(attempts[0]?.instanceId ?? '') };
}

async function describe(id: string): Promise<Instance> {
  const client = ec2();
  const { Reservations } = await client.send(new DescribeInstancesCommand({ InstanceIds: [id] }));
  client.destroy();
  const instance = Reservations?.[0]?.Instances?.[0];
  if (!instance) throw new Error(`EC2 does not know ${id}`);
  return instance;
}

/** As somebody with another tool would. */
async function launchByHand(like: Instance, tags: Tag[]): Promise<string> {
  const client = ec2();
  const { Instances } = await client.send(
    new RunInstancesCommand({
      ImageId: like.ImageId,
      InstanceType: like.InstanceType,
      MinCount: 1,
      MaxCount: 1,
      ...(tags.length > 0 ? { TagSpecifications: [{ ResourceType: 'instance', Tags: tags }] } : {}),
    }),
  );
  client.destroy();
  return Instances?.[0]?.InstanceId ?? '';
}

async function reconcile(flags: string[] = [], env: Record<string, string> = {}): Promise<ReconcileResult> {
  const done = await trainctl(['reconcile', '--json', ...flags], { env });
  if (done.code !== 0) throw new Error(`reconcile: ${done.code} ${done.stdout} ${done.stderr}`);
  return JSON.parse(done.stdout) as ReconcileResult;
}

const stateOf = async (id: string): Promise<string | undefined> => (await describe(id)).State?.Name;

test('a run that was terminated leaves nothing after one pass; what is not ours, or protected, stays', () =>
  passAlone(onePass));

async function onePass(): Promise<void> {
  const { run, instance } = await training('orphan');
  const own = (instance.Tags ?? []).filter(({ Key }) => !Key?.startsWith('aws:'));
  const retagged = (key: string, value: string): Tag[] => [
    ...own.filter(({ Key }) => Key !== key),
    { Key: key, Value: value },
  ];
  const live = await training('bystander');
  const foreign = [
    await launchByHand(instance, []),
    await launchByHand(instance, retagged('trainctl:installation', 'somebody')),
    await launchByHand(instance, retagged('trainctl:namespace', '00000000-0000-4000-8000-000000000000')),
    await launchByHand(instance, retagged('trainctl:protected', 'true')),
  ];
  const client = ec2();
  try {
    await temporal('workflow', 'terminate', '--workflow-id', run, '--reason', 'to see what is left');
    const plan = await reconcile(['--dry-run']);
    expect(plan).toMatchObject({ dryRun: true, pendingCount: 0 });
    expect(plan.ended.filter((r) => r.kind === 'instance' && r.run === run).map(({ id }) => id)).toEqual([
      instance.InstanceId,
    ]);
    expect(await stateOf(instance.InstanceId ?? '')).toBe('running');

    const done = await reconcile();
    expect(done.ended).toContainEqual(
      expect.objectContaining({ id: instance.InstanceId, run, reason: 'closed-run', attempt: 1 }),
    );
    expect(done.leftAlone.find((l) => l.reason === 'protected')).toMatchObject({ count: 1 });
    const open = done.leftAlone.find((l) => l.reason === 'open-run');
    expect(open?.count).toBeGreaterThan(0);
    // Ten of them are named, and tests beside this one have open runs, too.
    if (open && open.count === open.examples.length) expect(JSON.stringify(open.examples)).toContain(live.run);
    expect(done.ended.map((r) => r.run)).not.toContain(live.run);
    // Those of the others name the same run: they are all that is left of it.
    expect((await aliveOf(run)).map((line) => line.split(' ')[0]).sort()).toEqual(foreign.slice(1).sort());
    for (const id of [...foreign, live.instance.InstanceId ?? '']) expect(await stateOf(id)).toBe('running');
  } finally {
    await client.send(new TerminateInstancesCommand({ InstanceIds: foreign }));
    client.destroy();
    await trainctl(['stop', live.run, '--now']);
  }
}

test('two installations in one cloud: neither ends what is the other’s', () => passAlone(twoInstallations));

async function twoInstallations(): Promise<void> {
  await temporal('operator', 'namespace', 'create', '--namespace', 'other');
  const worker = spawnCli(['worker'], { env: OTHER });
  try {
    if (!worker.stdout) throw new Error('no pipe');
    await once(worker.stdout, 'data');
    await toggleSchedule('--pause', 'other');
    const [mine, theirs] = await Promise.all([training('mine'), training('theirs', OTHER)]);
    await temporal('workflow', 'terminate', '--workflow-id', mine.run);
    await temporal('workflow', 'terminate', '--workflow-id', theirs.run, '--namespace', 'other');

    const first = await reconcile([], OTHER);
    expect(first.ended.filter((r) => r.kind === 'instance').map(({ id }) => id)).toEqual([theirs.instance.InstanceId]);
    expect(await aliveOf(theirs.run)).toEqual([]);
    expect(await stateOf(mine.instance.InstanceId ?? '')).toBe('running');

    const second = await reconcile();
    expect(second.ended.map(({ run }) => run)).toContain(mine.run);
    expect(await aliveOf(mine.run)).toEqual([]);
  } finally {
    worker.kill('SIGTERM');
    await once(worker, 'close');
  }
}
