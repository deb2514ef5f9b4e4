import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { AgentStatus } from '../../contract';
import { alive, Host, until } from './support/host';

let host: Host;
beforeEach(async () => {
  host = await new Host().open();
});
afterEach(() => host.close());

const GO = 'while [ ! -e go ]; do sleep 0.05; done';
const go = () => writeFileSync(host.path('code/go'), '');

describe('attach', () => {
  it('detaches at the end of input; training goes on, and the next one is told all that stands', async () => {
    const first = await host.start(`echo '{"step": 7, "loss": 0.5}' >> $TRAINCTL_METRICS; ${GO}; echo done`, {}, 3);
    expect(await first.next('hello')).toMatchObject({ epoch: 3, phase: 'training', final: null });
    const beat = await first.next('beat');
    expect(Object.keys(beat).sort()).toEqual(['firstStep', 'logBytes', 'logUploaded', 'metrics', 'step', 't']);
    await until('the metrics', () =>
      first.events.some((e) => e.t === 'beat' && e.step === 7 && e.metrics?.loss === 0.5),
    );
    expect(await first.detach()).toBe(0);
    go();
    await until('the end', () => existsSync(host.path('state/final.json')));
    const second = host.attach(4);
    const hello = await second.next('hello');
    expect(hello).toMatchObject({ epoch: 4, phase: 'final', step: 7, logBytes: 5, logUploaded: 5 });
    expect(hello.final).toMatchObject({ code: 0, step: 7, metrics: { loss: 0.5 } });
    expect((await second.next('final')).final).toEqual(hello.final);
    expect(await second.closed).toBe(0);
  });

  it('serves the newest epoch alone: the older one is told, and renews nothing any more', async () => {
    const first = await host.start(`${GO}`, {}, 1);
    await first.next('hello');
    const second = host.attach(2);
    await second.next('hello');
    expect(await first.next('superseded')).toEqual({ t: 'superseded', epoch: 2 });
    first.send({ t: 'stop', mode: 'now', graceSeconds: 0 });
    expect(await first.closed).toBe(0);
    const late = host.attach(1);
    expect(await late.next('superseded')).toEqual({ t: 'superseded', epoch: 2 });
    expect(late.events).toHaveLength(1);
    await late.closed;
    go();
    expect((await second.next('final')).final).toMatchObject({ code: 0, stoppedBy: null });
    await second.closed;
    const after = host.attach(1);
    expect(await after.next('superseded')).toEqual({ t: 'superseded', epoch: 2 });
    await after.closed;
  });

  it('gives every client the end, however it races with it', async () => {
    await host.ok('start', host.request('sleep 0.3'));
    for (let epoch = 1; epoch <= 8; epoch += 1) {
      const attached = host.attach(epoch);
      await attached.next('hello');
      if (epoch < 8) await attached.detach();
      else expect((await attached.next('final')).final.code).toBe(0);
    }
  });

  it('says not-started where nothing was started, and refuses a folder outside', async () => {
    expect(await host.fails('status', { dir: host.dir })).toMatchObject({ code: 'not-started' });
    expect(await host.fails('status', { dir: '../x' })).toMatchObject({ code: 'hostile' });
    expect(await host.fails('status', {})).toMatchObject({ code: 'bad-request' });
    const attached = host.attach(1);
    await until('the error', () => attached.events.length > 0);
    expect(attached.events[0]).toMatchObject({ t: 'error', code: 'not-started' });
    expect(await attached.closed).toBe(1);
  });

  it('ignores lines that make no sense', async () => {
    const attached = await host.start(GO);
    await attached.next('hello');
    for (const line of [{ t: 'dance' }, { t: 'renew' }, [], 7]) attached.send(line as never);
    attached.send({ t: 'renew', leaseSeconds: 1e9, leaseUntil: 1 });
    await until('the renewal', () => Number(readFileSync(host.path('state/lease'), 'utf8').split('\n')[0]) > 2e9);
    go();
    expect((await attached.next('final')).final.code).toBe(0);
  });

  it('makes a final word for an agent that was killed, and leaves no process training unseen', async () => {
    const attached = await host.start('echo hello; sleep 600');
    await until('the log in S3', () => host.joined().length === 6);
    await until('the state on disk', () =>
      /"logUploaded": 6/.test(readFileSync(host.path('state/state.json'), 'utf8')),
    );
    const daemon = host.daemon();
    if (!daemon) throw new Error('no daemon');
    process.kill(daemon.pid, 'SIGKILL');
    await attached.closed;
    const { final } = await host.attach(2).next('final');
    expect(final).toMatchObject({ code: null, signal: null, logBytes: 6, logUploaded: 6, lost: true });
    expect(final.problems[0]).toContain('without its last word');
    await until('the process to end', () => !alive(daemon.training));
  });
});

describe('status', () => {
  it('is a snapshot, while it runs and after', async () => {
    const { pid } = await host.ok<{ pid: number }>('start', host.request(GO));
    expect(await host.ok<AgentStatus>('status', { dir: host.dir })).toMatchObject({
      phase: 'training',
      pid,
      alive: true,
      exit: null,
    });
    go();
    await host.attach().next('final');
    await until('the daemon to end', () => !alive(host.daemon()?.pid ?? 0));
    expect(await host.ok<AgentStatus>('status', { dir: host.dir })).toMatchObject({
      phase: 'final',
      pid,
      alive: false,
    });
  });
});
