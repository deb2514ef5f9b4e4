import { execFile } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { RunResult } from '../../../contract';
import { lastJson, succeeded, trainctl } from '../../support/cli';

jest.setTimeout(400_000);

const run = promisify(execFile);

test('the demo survives one spot interruption; --keep leaves a stack that the AWS CLI agrees is empty', async () => {
  const home = mkdtempSync(path.join(os.tmpdir(), 'trainctl-demo-'));
  const env = { TRAINCTL_HOME: home };
  try {
    const done = await succeeded(trainctl(['demo', '--json', '--keep'], { env }));
    const result = lastJson<RunResult>(done);
    expect(result).toMatchObject({
      outcome: 'succeeded',
      attemptCount: 2,
      interruptions: 1,
      leftovers: 0,
      finalStep: 1000,
    });
    expect(result.resumedFromStep).toBeGreaterThan(0);
    expect(result.costUsd).toBeGreaterThan(0);

    const exports = await trainctl(['stack', 'env'], { env });
    const aws = async (...args: string[]): Promise<unknown> => {
      const script = `${exports.stdout}\naws ec2 "$@" --output json`;
      const { stdout } = await run('bash', ['-c', script, 'aws', ...args], { maxBuffer: 1 << 26 });
      return JSON.parse(stdout);
    };
    const filters = ['--filters', `Name=tag:trainctl:run,Values=${result.run}`];
    const instances = (await aws('describe-instances', ...filters)) as {
      Reservations: { Instances: { State: { Name: string } }[] }[];
    };
    const states = instances.Reservations.flatMap((r) => r.Instances.map((i) => i.State.Name));
    expect(states).toEqual(['terminated', 'terminated']);
    expect(await aws('describe-volumes', ...filters)).toEqual({ Volumes: [] });
    const requests = (await aws('describe-spot-instance-requests', ...filters)) as {
      SpotInstanceRequests: { State: string }[];
    };
    const living = requests.SpotInstanceRequests.filter(({ State }) => State === 'open' || State === 'active');
    expect([requests.SpotInstanceRequests.length, living]).toEqual([2, []]);
  } finally {
    await trainctl(['stack', 'down', '--force'], { env });
    await rm(home, { recursive: true, force: true, maxRetries: 20 });
  }
});
