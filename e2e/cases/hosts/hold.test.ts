import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RunStatus } from '../../../contract';
import { lastJson, spawnCli, trainctl } from '../../support/cli';
import { aliveOf } from '../../support/cloud';
import { untilStatus } from '../../support/look-at';
import { project } from '../../support/project';
import { temporal } from '../../support/temporal';

jest.setTimeout(300_000);

test('a failed run holds its instance: people log in, release it, and a webhook hears how it ended', async () => {
  const heard: { event: string; run: string; text: string }[] = [];
  const listener = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      heard.push(JSON.parse(body));
      response.end('ok');
      listener.emit('heard');
    });
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const secret = 'SECRETPATH';
  const TRAINCTL_WEBHOOK = `http://127.0.0.1:${(listener.address() as AddressInfo).port}/${secret}`;
  const env = { TRAINCTL_INSTALLATION: 'holding', TEMPORAL_NAMESPACE: 'holding' };
  await temporal('operator', 'namespace', 'create', '--namespace', 'holding');
  const worker = spawnCli(['worker'], { env: { ...env, TRAINCTL_WEBHOOK } });
  let log = '';
  worker.stderr?.on('data', (chunk: Buffer) => {
    log += chunk.toString();
  });
  try {
    if (!worker.stdout) throw new Error('no pipe');
    await once(worker.stdout, 'data');
    const spec = { name: 'held', command: 'echo traces > left.txt; exit 3', hold: { for: '20m' } };
    const dir = await project({ 'trainctl.yaml': JSON.stringify(spec) });
    const { run } = lastJson<{ run: string }>(
      await trainctl(['run', '--json', '--yes', '--detach'], { cwd: dir, env }),
    );
    await untilStatus(run, ({ phase }) => phase === 'held', env);
    const status = JSON.parse((await trainctl(['status', run, '--json'], { env })).stdout) as RunStatus;
    expect(Date.parse(status.heldUntil ?? '') - Date.now()).toBeGreaterThan(1_000_000);
    expect((await trainctl(['status', run], { env })).stdout).toContain(`trainctl release ${run}`);

    const looked = await trainctl(['ssh', run, '--', 'cat $(find ~/trainctl -name left.txt)'], { env });
    expect([looked.code, looked.stdout.trim()]).toEqual([0, 'traces']);

    const hears = once(listener, 'heard');
    expect((await trainctl(['release', run], { env })).code).toBe(0);
    expect((await trainctl(['status', run, '--wait'], { env })).code).toBe(10);
    expect(await aliveOf(run)).toEqual([]);
    await hears;
    expect(heard).toEqual([expect.objectContaining({ event: 'ended', run, outcome: 'failed', leftovers: 0 })]);
    expect(heard[0]?.text).toContain('exited 3');

    const again = await trainctl(['release', run], { env });
    expect([again.code, again.stderr.includes('has ended')]).toEqual([2, true]);
    const listed = async (): Promise<string[]> => {
      const shown = await temporal('workflow', 'list', '--namespace', 'holding', '--output', 'json');
      return (JSON.parse(shown) as { execution: { workflowId: string } }[]).map((w) => w.execution.workflowId);
    };
    const notes = (all: string[]): string[] => all.filter((id) => id.startsWith('trainctl-notify-'));
    let ids = await listed();
    // Temporal's list is a second behind.
    while (notes(ids).length === 0) ids = await listed();
    expect(notes(ids)).toHaveLength(1);
    for (const id of ids) {
      const history = await temporal('workflow', 'show', '--workflow-id', id, '-n', 'holding', '--output', 'json');
      expect(history).not.toContain(secret);
    }
    expect(log).not.toContain(secret);
  } finally {
    worker.kill('SIGTERM');
    await once(worker, 'close');
    listener.closeAllConnections();
    listener.close();
  }
});
