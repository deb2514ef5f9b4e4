import { existsSync, readFileSync } from 'node:fs';
import { checkpoints, ready, saver, stubborn } from './support/commands';
import { alive, Host, until } from './support/host';

let host: Host;
beforeEach(async () => {
  host = await new Host().open();
});
afterEach(() => host.close());

describe('stop', () => {
  it('gracefully: TERM, the process saves, the last checkpoint is in S3', async () => {
    host.write('train.py', saver(0));
    const attached = await host.start('echo first; python3 train.py; echo after', checkpoints(20));
    await ready(host);
    attached.send({ t: 'stop', mode: 'graceful', graceSeconds: 20 });
    const { final } = await attached.next('final');
    expect(final).toMatchObject({ stoppedBy: 'stop', problems: [], signal: null });
    expect((await attached.next('checkpoint')).why).toBe('stop');
    expect(final.checkpoint).toMatchObject({ number: 1, step: null });
    expect(attached.events.map((event) => event.t)).toEqual(
      expect.arrayContaining(['hello', 'phase', 'exit', 'final']),
    );
  });

  it('keeps the result of the command behind bash', async () => {
    host.write('train.py', saver(41));
    const attached = await host.start('true; python3 train.py; true', checkpoints(20));
    await ready(host);
    attached.send({ t: 'stop', mode: 'graceful', graceSeconds: 20 });
    expect((await attached.next('final')).final).toMatchObject({ code: 41, stoppedBy: 'stop' });
  });

  it('does not kill helpers of the command before it has saved', async () => {
    host.write(
      'train.py',
      `import multiprocessing, os, signal, sys, time
def work():
    signal.signal(signal.SIGTERM, lambda *_: (open('worker-termed', 'w').write('x'), os._exit(0)))
    time.sleep(600)
if __name__ == '__main__':
    w = multiprocessing.Process(target=work, daemon=True); w.start()
    def save(*_):
        time.sleep(0.5)
        open(os.environ['TRAINCTL_CHECKPOINT_DIR'] + '/x', 'w').write(str(w.is_alive()) + str(os.path.exists('worker-termed')))
        sys.exit(0)
    signal.signal(signal.SIGTERM, save)
    print('ready', flush=True)
    while True: time.sleep(0.05)
`,
    );
    const attached = await host.start('python3 train.py; true', checkpoints(20));
    await ready(host);
    attached.send({ t: 'stop', mode: 'graceful', graceSeconds: 20 });
    expect((await attached.next('final')).final.code).toBe(0);
    expect(readFileSync(host.path('code/checkpoints/x'), 'utf8')).toBe('TrueFalse');
  });

  it('passes TERM on to what a shell script leaves when it dies of it', async () => {
    host.write('train.py', saver(0));
    host.write('run.sh', '#!/bin/bash\npython3 train.py\necho done\n', 0o755);
    const attached = await host.start('./run.sh', checkpoints(20));
    await ready(host);
    attached.send({ t: 'stop', mode: 'graceful', graceSeconds: 20 });
    const { final } = await attached.next('final');
    expect(final.stoppedBy).toBe('stop');
    expect(readFileSync(host.path('code/checkpoints/last.bin'), 'utf8')).toBe('saved');
    expect(final.checkpoint).not.toBeNull();
  });

  it('kills the whole tree after the grace, at once with `now`, by verb or by line', async () => {
    host.write('train.py', stubborn);
    const attached = await host.start('python3 train.py; true');
    await ready(host);
    const began = Date.now();
    await host.ok('stop', { dir: host.dir, mode: 'graceful', graceSeconds: 1.5 });
    const { final } = await attached.next('final');
    expect(final).toMatchObject({ stoppedBy: 'stop' });
    expect(final.code === 137 || final.signal === 'SIGKILL').toBe(true);
    expect(Date.now() - began).toBeGreaterThan(1400);
    expect(alive(Number(readFileSync(host.path('code/child'), 'utf8')))).toBe(false);
    expect(await host.ok('stop', { dir: host.dir, mode: 'now', graceSeconds: 0 })).toEqual({ phase: 'final' });
  });

  it('`now` waits for nothing, also after a graceful one', async () => {
    host.write('train.py', stubborn);
    const attached = await host.start('python3 train.py');
    await ready(host);
    attached.send({ t: 'stop', mode: 'graceful', graceSeconds: 600 });
    await until('TERM', () => attached.events.some((event) => event.t === 'phase' && event.phase === 'stopping'));
    attached.send({ t: 'stop', mode: 'now', graceSeconds: 0 });
    expect((await attached.next('final')).final).toMatchObject({ signal: 'SIGKILL', stoppedBy: 'stop' });
  });

  it('sends the checkpoint signal first, and TERM when the directory is still', async () => {
    host.write('train.py', saver(0));
    const attached = await host.start('python3 train.py', checkpoints(20, 'SIGUSR1'));
    await ready(host);
    attached.send({ t: 'stop', mode: 'graceful', graceSeconds: 20 });
    const { final } = await attached.next('final');
    expect(final.code).toBe(0);
    expect(existsSync(host.path('code/checkpoints/usr1.bin'))).toBe(true);
    expect(existsSync(host.path('code/checkpoints/last.bin'))).toBe(true);
  });

  it('ends every training of the host for the dead-man timer', async () => {
    host.write('train.py', saver(0));
    await host.ok('start', host.request('python3 train.py'));
    await ready(host);
    const { answer } = await host.run('stop', {}, ['--all', '--wait', '60']);
    expect(answer).toEqual({ t: 'result', result: { stopped: 1, left: 0 } });
    expect((await host.attach().next('final')).final.stoppedBy).toBe('lease');
  });
});
