import { setTimeout as sleep } from 'node:timers/promises';
import { DescribeImagesCommand, RunInstancesCommand, TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import { limitTags, nodeTags, type ReconcileResult } from '../../../contract';
import { trainctl } from '../../support/cli';
import { aliveOf, ec2 } from '../../support/cloud';
import { passAlone, stackState } from '../../support/stack';
import { temporal } from '../../support/temporal';

jest.setTimeout(300_000);

/** Whether one of the two that are to be ended is gone, and not by this pass. */
async function endedByAnother(
  run: string,
  { late, spent, ended }: { late: string; spent: string } & Pick<ReconcileResult, 'ended'>,
): Promise<boolean> {
  const alive = await aliveOf(run);
  const ours = (one: string): boolean => ended.some(({ id }) => id === one);
  return [late, spent].some((one) => !ours(one) && !alive.some((line) => line.startsWith(one)));
}

test('what has outlived its run’s limits is ended though nobody answers for the run, and nothing else', async () => {
  const run = `unanswered-${Date.now().toString(36)}`;
  const namespaceId = JSON.parse(
    await temporal('operator', 'namespace', 'describe', stackState().temporal.namespace, '--output', 'json'),
  ).namespaceInfo.id as string;
  // No worker polls this queue: to its queries nobody answers, as to those of a run whose workflow task fails for ever.
  const start = ['--type', 'trainingRun', '--task-queue', 'nobody-polls-this', '--workflow-id', run];
  await temporal('workflow', 'start', ...start);
  const client = ec2();
  const { Images } = await client.send(new DescribeImagesCommand({}));
  const launch = async (attempt: number, secondsLeft: number, budgetSecondsLeft: number): Promise<string> => {
    const now = Date.now() / 1000;
    const tags = {
      ...nodeTags(
        { workflowId: run, runKey: 'f'.repeat(16), installation: 'default', namespaceId, attempt, node: 0 },
        'p',
      ),
      ...limitTags({ deadline: now + secondsLeft, budgetEnd: now + budgetSecondsLeft }, 5),
    };
    const { Instances } = await client.send(
      new RunInstancesCommand({
        ImageId: Images?.[0]?.ImageId,
        InstanceType: 't3.micro',
        MinCount: 1,
        MaxCount: 1,
        TagSpecifications: [
          { ResourceType: 'instance', Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) },
        ],
      }),
    );
    return Instances?.[0]?.InstanceId ?? '';
  };
  const launched: string[] = [];
  const pass = async () => {
    const [late, spent, living] = [await launch(1, -100, 999), await launch(2, 999, -100), await launch(3, 999, 999)];
    launched.push(late, spent, living);
    const { stdout } = await trainctl(['reconcile', '--json']);
    return { late, spent, living, ...(JSON.parse(stdout) as ReconcileResult) };
  };
  try {
    let seen = await passAlone(pass);
    // That of every five minutes may have come first: what it has ended is none of this pass.
    while (await endedByAnother(run, seen)) {
      await client.send(new TerminateInstancesCommand({ InstanceIds: launched }));
      while ((await aliveOf(run)).length > 0) await sleep(200);
      seen = await passAlone(pass);
    }
    const { late, spent, living, ended, leftAlone } = seen;
    const why = (id: string) => ended.find((resource) => resource.id === id)?.reason;
    expect([why(late), why(spent), why(living)]).toEqual(['past-deadline', 'past-budget', undefined]);
    expect(JSON.stringify(leftAlone.find(({ reason }) => reason === 'no-answer'))).toContain(living);
    expect((await aliveOf(run)).filter((line) => line.startsWith('i-'))).toEqual([`${living} running`]);
  } finally {
    if (launched.length > 0) await client.send(new TerminateInstancesCommand({ InstanceIds: launched }));
    client.destroy();
    await temporal('workflow', 'terminate', '--workflow-id', run);
  }
});
