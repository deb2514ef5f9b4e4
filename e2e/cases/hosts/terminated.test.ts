import { setTimeout as sleep } from 'node:timers/promises';
import { CUT_ENDS_WITHIN, type RunListEntry, type RunStatus } from '../../../contract';
import { lastJson, trainctl } from '../../support/cli';
import { aliveOf } from '../../support/cloud';
import { gate } from '../../support/gate';
import { untilStatus } from '../../support/look-at';
import { project } from '../../support/project';
import { temporal } from '../../support/temporal';

jest.setTimeout(300_000);

async function terminate(run: string): Promise<number> {
  await temporal('workflow', 'terminate', '--workflow-id', run, '--reason', 'a test');
  return Date.now();
}

/** Seconds until EC2 shows nothing of it alive. */
async function untilGone(run: string, since: number): Promise<number> {
  while ((await aliveOf(run)).length > 0) await sleep(500);
  return (Date.now() - since) / 1000;
}

const shown = async (run: string) => {
  const [status, screen, list] = await Promise.all([
    trainctl(['status', run, '--json']),
    trainctl(['status', run]),
    trainctl(['ls', '--json', '--limit', '1000']),
  ]);
  const entries = JSON.parse(list.stdout) as RunListEntry[];
  return {
    status: lastJson<RunStatus>(status),
    screen: screen.stdout,
    entry: entries.find((entry) => entry.run === run),
  };
};

test('a run that is terminated in Temporal, in whatever phase, has no instance after two minutes, and says what it cost', async () => {
  const { waits } = gate();
  const specs: [name: string, spec: object, phase: RunStatus['phase']][] = [
    ['cut-training', { command: 'sleep 600' }, 'training'],
    ['cut-preparing', { command: 'true', setup: { commands: [waits] } }, 'preparing'],
    ['cut-held', { command: 'exit 3', retry: { failures: 0 }, hold: { on: 'failed', for: '30m' } }, 'held'],
  ];
  const runs = await Promise.all(
    specs.map(async ([name, spec, phase]) => {
      const dir = await project({ 'trainctl.yaml': JSON.stringify({ name, ...spec }) });
      const { run } = lastJson<{ run: string }>(
        await trainctl(['run', '--json', '--yes', '--detach', '--id', name], { cwd: dir }),
      );
      await untilStatus(run, (status) => status.phase === phase);
      return run;
    }),
  );
  const bystander = await project({ 'trainctl.yaml': JSON.stringify({ name: 'bystander', command: 'sleep 600' }) });
  const { run: other } = lastJson<{ run: string }>(
    await trainctl(['run', '--json', '--yes', '--detach'], { cwd: bystander }),
  );
  await untilStatus(other, ({ phase }) => phase === 'training');
  try {
    const since = new Map<string, number>();
    for (const run of runs) since.set(run, await terminate(run));
    const seconds = await Promise.all(runs.map((run) => untilGone(run, since.get(run) ?? 0)));
    for (const each of seconds) expect(each).toBeLessThan(CUT_ENDS_WITHIN);
    expect((await aliveOf(other)).some((line) => line.endsWith(' running'))).toBe(true);

    // When the reconciler has noted it, which it does once EC2 shows it gone.
    let seen = await shown(runs[0] ?? '');
    while (seen.status.attempts[0]?.terminatedAt === undefined) seen = await shown(runs[0] ?? '');
    const { status, screen, entry } = seen;
    expect(status).toMatchObject({ cut: 'terminated', phase: 'ended' });
    expect(status.stillCosts).toBeUndefined();
    // To its instance's real end, which came after that of the run.
    const [attempt] = status.attempts;
    expect(Date.parse(attempt?.terminatedAt ?? '')).toBeGreaterThan(Date.parse(status.endedAt ?? ''));
    const hours = (Date.parse(attempt?.terminatedAt ?? '') - Date.parse(attempt?.launchedAt ?? '')) / 3_600_000;
    expect(status.costUsd).toBeGreaterThanOrEqual(hours * (attempt?.placement?.hourlyUsd ?? Number.NaN) - 1e-9);
    expect(screen).toMatch(/^cut-training terminated · /);
    expect(screen).toContain('terminated in Temporal (a test)');
    expect(entry).toMatchObject({ cut: 'terminated' });
    expect(entry?.stillCosts).toBeUndefined();
  } finally {
    await trainctl(['stop', other, '--now']);
  }
});
