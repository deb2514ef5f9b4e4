import { rmSync } from 'node:fs';
import { EC2Client, TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import type { RunResult, RunStatus } from '../../../contract';
import { trainctl as cli, lastJson } from '../../support/cli';
import { gate } from '../../support/gate';
import { untilTrains } from '../../support/look-at';
import { OwnStack } from '../../support/own-stack';
import { project } from '../../support/project';
import { temporalOf } from '../../support/temporal';

jest.setTimeout(300_000);

const stack = new OwnStack();
beforeAll(async () => {
  await stack.up();
});
afterAll(() => stack.close());

const trainctl = (args: string[], cwd?: string) => cli(args, { env: stack.env, ...(cwd === undefined ? {} : { cwd }) });

const temporal = (...args: string[]): Promise<string> => temporalOf(stack.state, args);

interface Event {
  eventId: string;
  eventType: string;
  activityTaskScheduledEventAttributes?: { activityType: { name: string } };
}

/** The workflow task that was completed right before the first launch call was scheduled. */
async function beforeLaunch(run: string): Promise<string> {
  const shown = await temporal('workflow', 'show', '--workflow-id', run, '--output', 'json');
  const { events } = JSON.parse(shown) as { events: Event[] };
  const launch = events.findIndex(
    (event) => event.activityTaskScheduledEventAttributes?.activityType.name === 'launchInstance',
  );
  const task = events
    .slice(0, launch)
    .filter(({ eventType }) => eventType === 'EVENT_TYPE_WORKFLOW_TASK_COMPLETED')
    .at(-1);
  return task?.eventId ?? '';
}

const SCRIPT = `
import json, os, time
save = os.path.join(os.environ["TRAINCTL_CHECKPOINT_DIR"], "step")
step = int(open(save).read()) if os.environ["TRAINCTL_RESUME_FROM"] else 0
print("from", step, flush=True)
while step < 40:
    step += 1
    while step == 30 and not os.path.exists(os.environ["GO"]):
        time.sleep(0.1)
    with open(os.environ["TRAINCTL_METRICS"], "a") as metrics:
        metrics.write(json.dumps({"step": step}) + "\\n")
    open(save + ".part", "w").write(str(step))
    os.rename(save + ".part", save)
    time.sleep(0.1)
`;

test('a run that is reset to before its launch is decided by its own instances, not by those of the execution before', async () => {
  const dir = await project({ 'train.py': SCRIPT });
  const held = gate();
  held.open();
  const command = ['run', '--json', '--env', `GO=${held.file}`, '--', 'python3', 'train.py'];
  const first = lastJson<RunResult>(await trainctl(command, dir));
  expect(first).toMatchObject({ outcome: 'succeeded', attemptCount: 1, finalStep: 40 });
  const { run } = first;
  const old = lastJson<RunStatus>(await trainctl(['status', run, '--json'])).attempts[0]?.instanceId;

  // The training that is lost comes to no end of its own before.
  rmSync(held.file);
  await temporal('workflow', 'reset', '--workflow-id', run, '--event-id', await beforeLaunch(run), '--reason', 'again');
  const own = await untilTrains(run, stack.env);
  const instanceId = own.attempts[0]?.instanceId ?? '';
  expect(instanceId).not.toBe(old);
  const { region, url, accessKeyId, secretAccessKey } = stack.state.cloud;
  const ec2 = new EC2Client({ region, endpoint: url, credentials: { accessKeyId, secretAccessKey } });
  await ec2.send(new TerminateInstancesCommand({ InstanceIds: [instanceId] })).finally(() => ec2.destroy());
  held.open();

  const ended = lastJson<RunStatus>(await trainctl(['status', run, '--wait', '--json']));
  expect(ended).toMatchObject({ outcome: 'succeeded', attemptCount: 2, interruptions: 1, finalStep: 40 });
  expect(ended.attempts.map(({ ended: how }) => how)).toEqual(['interrupted', 'succeeded']);
  // Step 40 of the execution before was not taken up.
  expect(ended.attempts[1]?.restored?.step ?? 0).toBeLessThan(40);
  expect(await stack.aliveOf(run)).toEqual([]);
});
