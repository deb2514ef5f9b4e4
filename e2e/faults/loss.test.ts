import { setTimeout as sleep } from 'node:timers/promises';
import { RebootInstancesCommand, StopInstancesCommand, TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import { createClient, type TrainctlClient } from '../../client';
import type { RunStatus } from '../../contract';
import { aliveOf, ec2, launchedFor, local } from '../support/cloud';
import {
  type Counting,
  count,
  instanceOf,
  keptItsPromises,
  logOf,
  statusWhere,
  staysAt,
  withCheckpoint,
} from '../support/counting';
import { gate } from '../support/gate';

jest.setTimeout(300_000);

let client: TrainctlClient;
const aws = ec2();
beforeAll(async () => {
  client = await createClient();
});
afterAll(async () => {
  aws.destroy();
  await client?.close();
});

const SPOT = { instanceTypes: ['t3.large'], market: 'spot' as const };

/** One run that loses its first instance, and resumes on another. Answers why the first ended. */
async function loses(run: Counting, lose: (instanceId: string) => Promise<unknown>): Promise<string> {
  await lose(await withCheckpoint(run));
  const { result, status } = await keptItsPromises(run);
  expect(result).toMatchObject({ outcome: 'succeeded', attemptCount: 2, interruptions: 1, leftovers: 0 });
  expect(result.resumedFromStep).toBeGreaterThanOrEqual(25);
  expect(status.attempts[0]?.ended).toBe('interrupted');
  expect(await aliveOf(run.run)).toEqual([]);
  return status.attempts[0]?.reason ?? '';
}

test('whatever takes an instance without notice is an interruption, and its reason is told', async () => {
  const ids = (id: string) => ({ InstanceIds: [id] });
  const shutdown = gate();
  const { vars } = staysAt(75);
  const reasons = await Promise.all([
    count(client, 'loss-spot', { resources: SPOT, vars }).then((run) =>
      loses(run, (id) => local('POST', `instances/${id}/kill`, {})),
    ),
    count(client, 'loss-console', { vars }).then((run) =>
      loses(run, (id) => aws.send(new TerminateInstancesCommand(ids(id)))),
    ),
    count(client, 'loss-hardware', { vars }).then((run) =>
      loses(run, (id) => local('POST', `instances/${id}/kill`, { stateReason: 'Server.ScheduledStop' })),
    ),
    count(client, 'loss-shutdown', {
      vars: { AT_STEP: '60', DO: `${shutdown.waits}; sudo shutdown -h now` },
    }).then((run) => loses(run, async () => shutdown.open())),
    count(client, 'loss-stop', { vars }).then((run) => loses(run, (id) => aws.send(new StopInstancesCommand(ids(id))))),
    count(client, 'loss-reboot', { vars }).then((run) =>
      loses(run, (id) => aws.send(new RebootInstancesCommand(ids(id)))),
    ),
  ]);
  expect(reasons).toEqual([
    expect.stringContaining('Server.SpotInstanceTermination'),
    expect.stringContaining('Client.UserInitiatedShutdown'),
    expect.stringContaining('Server.ScheduledStop'),
    expect.stringContaining('Client.InstanceInitiatedShutdown'),
    expect.stringContaining('Client.UserInitiatedShutdown'),
    expect.stringMatching(/training is gone/),
  ]);
});

test('SSH lost for 20 s: shown as disconnected, training goes on; for longer than the limit: one training after the other; an extension reaches the host', async () => {
  const held = staysAt(290);
  const short = await count(client, 'cut-short', { steps: 300, vars: held.vars });
  // Its terminate calls fail for a while: only the lapse of the lease says that the old one trains no more.
  const long = await count(client, 'cut-long', {
    steps: 800,
    limits: { unreachable: '10s', lease: '40s' },
    checkpoints: { every: '1s', keep: 2, grace: '2s' },
  });
  // Its training alone takes longer than its limit, which counts from its start.
  const extended = await count(client, 'extended', { limits: { maxDuration: '60s', lease: '40s' }, steps: 650 });
  const cut = async (): Promise<RunStatus> => {
    const id = await withCheckpoint(short);
    await local('POST', `instances/${id}/partition`);
    // Not healed before it has been seen: on a slow machine 20 s are over by then.
    await Promise.all([
      sleep(20_000),
      statusWhere(short, ({ attempts }) => attempts[0]?.disconnectedSince !== undefined),
    ]);
    await local('POST', `instances/${id}/heal`);
    const status = await statusWhere(short, ({ attempts }) => attempts[0]?.disconnectedSince === undefined);
    held.open();
    return status;
  };
  const longCut = async (): Promise<void> => {
    const id = await withCheckpoint(long);
    const error = { kind: 'error', action: 'TerminateInstances', code: 'InternalError', status: 500, times: 0 };
    const fault = await local<{ id: string }>('POST', 'faults', {
      ...error,
      match: { tag: { 'trainctl:run': long.run } },
    });
    await local('POST', `instances/${id}/partition`, {});
    await instanceOf(long, 2);
    // It comes back while its successor is on the way, and is given up all the same.
    await local('POST', `instances/${id}/heal`);
    await statusWhere(long, ({ attempts }) => (attempts[1]?.stages ?? []).some(({ name }) => name === 'train'));
    await local('DELETE', `faults/${fault.id}`);
  };
  const extend = async (): Promise<void> => {
    await statusWhere(extended, ({ phase }) => phase === 'training');
    await extended.extend({ duration: '3m' });
  };
  await Promise.all([cut(), longCut(), extend()]);

  const kept = await keptItsPromises(short);
  expect(kept.result).toMatchObject({ outcome: 'succeeded', attemptCount: 1, interruptions: 0, leftovers: 0 });
  expect(await logOf(short, 1)).toContain('\n300 ');
  expect(await launchedFor(short.run)).toBe(1);

  const { result, status } = await keptItsPromises(long);
  expect(result).toMatchObject({ outcome: 'succeeded', attemptCount: 2, interruptions: 1, leftovers: 0 });
  expect(status.attempts[0]?.ended).toBe('unreachable');
  expect(await aliveOf(long.run)).toEqual([]);

  const outlived = await keptItsPromises(extended);
  expect(outlived.result).toMatchObject({ outcome: 'succeeded', attemptCount: 1, leftovers: 0 });
});
