import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { RunResult, RunStatus } from '../../../contract';
import { lastJson, spawnCli, trainctl } from '../../support/cli';
import { aliveOf } from '../../support/cloud';
import { untilStatus } from '../../support/look-at';
import { project } from '../../support/project';

jest.setTimeout(300_000);

/** Counts until somebody touches ~/finish; saves every step, and on TERM ends with 143. */
const COUNT = `
import json, os, signal, sys, time
save = os.path.join(os.environ["TRAINCTL_CHECKPOINT_DIR"], "step")
step = int(open(save).read()) if os.environ["TRAINCTL_RESUME_FROM"] else 0
ending = []
signal.signal(signal.SIGTERM, lambda *_: ending.append(143))
print("from", step, flush=True)
while not os.path.exists(os.path.expanduser("~/finish")) and not os.environ.get("QUICK"):
    step += 1
    with open(os.environ["TRAINCTL_METRICS"], "a") as metrics:
        metrics.write(json.dumps({"step": step, "half": step / 2}) + "\\n")
    open(save + ".part", "w").write(str(step))
    os.rename(save + ".part", save)
    if ending:
        sys.exit(ending[0])
    time.sleep(3 if step % 5 == 0 else 0.1)
open(os.path.join(os.environ["TRAINCTL_OUTPUTS"], "count"), "w").write("done")
print("done", flush=True)
`;

const ok = async (args: string[], options: { cwd?: string } = {}): Promise<string> => {
  const { code, stdout, stderr } = await trainctl(args, options);
  if (code !== 0) throw new Error(`trainctl ${args.join(' ')}: ${code} ${stderr}`);
  return stdout;
};
const json = async <T>(args: string[]): Promise<T> => JSON.parse(await ok([...args, '--json'])) as T;

const output = (child: ChildProcess): { text(): string; ended: Promise<number | null> } => {
  const chunks: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
  return {
    text: () => Buffer.concat(chunks).toString(),
    ended: once(child, 'close').then(([code]) => code as number | null),
  };
};

const trains = (attempt: number) => (status: RunStatus) =>
  status.attempts.some(
    (a) => a.number === attempt && a.stages.some((s) => s.name === 'train' && s.state === 'running'),
  );

test('a run is looked into, extended, interrupted, finished by hand, fetched and run again', async () => {
  const dir = await project({ 'count.py': COUNT });
  const spec = ['--set', 'resources.market=spot', '--set', 'limits={maxDuration: 5m, maxCostUsd: 0.1}'];
  const command = ['--', 'python3', 'count.py'];
  // A folder needs no spec file when the command is on the command line.
  const { run } = JSON.parse(
    await ok(['run', dir, '--name', 'operate', '--detach', '--json', ...spec, ...command]),
  ) as { run: string };
  const early = output(spawnCli(['logs', run, '-f']));
  const before = await untilStatus(run, trains(1));

  const limits = await json<{ deadlineAt: string; maxCostUsd: number }>([
    'extend',
    run,
    '--duration',
    '+1h',
    '--cost',
    '+1',
  ]);
  expect(Date.parse(limits.deadlineAt) - Date.parse(before.deadlineAt ?? '')).toBe(3_600_000);
  expect(await json<RunStatus>(['status', run])).toMatchObject(limits);
  expect(limits.maxCostUsd).toBeCloseTo(1.1);

  const { checkpoint } = await json<{ checkpoint: { step: number } }>(['checkpoints', 'take', run, '--wait']);
  const to = path.join(dir, 'kept');
  await ok(['checkpoints', 'get', run, '--step', String(checkpoint.step), '--to', to]);
  expect(Number(readFileSync(path.join(to, 'step'), 'utf8'))).toBeGreaterThanOrEqual(checkpoint.step);

  await forwards(run);

  const [first] = (await untilStatus(run, trains(1))).attempts;
  await ok(['local', 'interrupt', first?.instanceId ?? '']);
  await untilStatus(run, trains(2));
  const late = output(spawnCli(['logs', run, '-f', '--attempt', '2']));
  expect((await trainctl(['ssh', run, '--', 'touch ~/finish; exit 7'])).code).toBe(7);
  expect([await early.ended, await late.ended]).toEqual([0, 0]);

  const [one, two] = [await ok(['logs', run, '--attempt', '1']), await ok(['logs', run, '--attempt', '2'])];
  expect(one).toBe('from 0\n');
  expect(two).toMatch(/^from [1-9]\d*\ndone\n$/);
  expect([early.text(), late.text(), await ok(['logs', run])]).toEqual([one + two, two, one + two]);
  expect((await trainctl(['logs', run, '--attempt', '3'])).code).toBe(4);

  const [head, ...rows] = (await ok(['metrics', run, '--csv'])).trim().split('\n');
  expect(head).toBe('attempt,step,half');
  const steps = rows.map((row) => Number(row.split(',')[1]));
  expect(steps).toEqual(steps.map((_, i) => i + 1));

  const outputs = path.join(dir, 'results');
  await ok(['outputs', 'get', run, '--to', outputs]);
  expect(readFileSync(path.join(outputs, 'count'), 'utf8')).toBe('done');

  const again = await trainctl(['rerun', run, '--env', 'QUICK=1', '--json']);
  expect([again.code, lastJson<RunResult>(again)]).toMatchObject([0, { outcome: 'succeeded', attemptCount: 1 }]);
  expect(await aliveOf(run)).toEqual([]);
});

/** `ssh RUN -- -L` carries a connection to a server that the host can reach, and asks nobody about its key. */
async function forwards(run: string): Promise<void> {
  const server = createServer((_, answer) => answer.end('through')).listen(0, '127.0.0.1');
  const free = createServer().listen(0, '127.0.0.1');
  await Promise.all([once(server, 'listening'), once(free, 'listening')]);
  const [there, here] = [(server.address() as AddressInfo).port, (free.address() as AddressInfo).port];
  free.close();
  await once(free, 'close');
  const ssh = spawnCli(['ssh', run, '--', '-N', '-L', `${here}:127.0.0.1:${there}`]);
  const closed = once(ssh, 'close');
  try {
    for (;;) {
      const text = await fetch(`http://127.0.0.1:${here}/`, { signal: AbortSignal.timeout(5000) }).then(
        (answer) => answer.text(),
        () => undefined,
      );
      if (text !== undefined) {
        expect(text).toBe('through');
        break;
      }
      if (ssh.exitCode !== null) throw new Error(`ssh ended with ${ssh.exitCode}`);
      await delay(100);
    }
  } finally {
    ssh.kill();
    await closed;
    server.closeAllConnections();
    server.close();
  }
}
