import { writeFileSync } from 'node:fs';
import { Host, until } from './support/host';

let host: Host;
beforeEach(async () => {
  host = await new Host().open();
});
afterEach(() => host.close());

describe('the step of a checkpoint is that of its newest file', () => {
  const steps: [string, string, number | null][] = [
    ['by its name, whatever the metrics say since', 'mkdir checkpoint-600; echo x > checkpoint-600/model.bin', 600],
    ['by the metrics line that was current when it was written', 'echo x > model.bin', 640],
  ];
  it.each(steps)('%s', async (_, save, step) => {
    const log = (at: number) => `echo '{"step": ${at}}' >> $TRAINCTL_METRICS`;
    const wait = 'while [ ! -e ../go ]; do sleep 0.05; done';
    const attached = await host.start(`cd checkpoints; ${log(640)}; ${wait}; ${save}; sleep 0.2; ${log(740)}`);
    await until('the step', () => attached.events.some((event) => event.t === 'beat' && event.step === 640));
    host.write('go', '');
    const { final } = await attached.next('final');
    expect(final).toMatchObject({ step: 740, checkpoint: { number: 1, step } });
  });

  it('and is not known when neither says one', async () => {
    const attached = await host.start('echo x > checkpoints/epoch=2.ckpt; while [ ! -e go ]; do sleep 0.05; done', {
      checkpoints: { dir: 'checkpoints', everySeconds: 1, graceSeconds: 5, signal: null },
    });
    expect(await attached.next('checkpoint')).toMatchObject({ number: 1, step: null });
    await until('live.json', () => host.store.keys().includes('runs/key/a/1/0/live.json'));
    writeFileSync(host.path('code/go'), '');
    expect((await attached.next('final')).final.checkpoint).toMatchObject({ number: 1, step: null });
    expect(host.store.json('runs/key/a/1/0/live.json')).toMatchObject({ checkpoint: { number: 1, step: null } });
  });
});
