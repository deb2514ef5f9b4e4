import { FakeWorld, launchOf } from './fake-world';

let world: FakeWorld;

beforeEach(() => {
  world = new FakeWorld('real');
});

it('launches once for a token, and refuses the token of an instance that is gone', () => {
  expect(world.launch(launchOf(1))).toMatchObject({ kind: 'launched', instanceId: 'i-1' });
  expect(world.launch(launchOf(1))).toMatchObject({ kind: 'launched', instanceId: 'i-1' });
  expect(world.launch(launchOf(1, 2))).toMatchObject({ kind: 'launched', instanceId: 'i-2' });
  world.of(1).terminate(1);
  expect(world.launch(launchOf(1))).toMatchObject({ kind: 'refused', refusal: 'token-spent' });
  expect(world.alive().map((i) => i.id)).toEqual(['i-2']);
});

it('answers a known token also when capacity is gone', () => {
  world.launch(launchOf(1));
  world.refuse({ refusal: 'capacity' });
  expect(world.launch(launchOf(1))).toMatchObject({ kind: 'launched' });
  expect(world.launch(launchOf(2))).toMatchObject({ kind: 'refused', refusal: 'capacity' });
});

it('plays a notice: TERM at once, exit after a while, then the instance is taken', () => {
  world.scripts[1] = { seconds: 600, noticeAfter: 10, noticeSeconds: 20, stopTakes: 5 };
  world.launch(launchOf(1));
  const instance = world.of(1);
  instance.start(0, 100);
  expect(instance.result(14_000)).toBeUndefined();
  expect(instance.notice?.time).toBe('1970-01-01T00:00:30.000Z');
  expect(instance.result(15_000)).toMatchObject({
    kind: 'final',
    final: { code: 143, stoppedBy: 'notice', step: 115, checkpoint: { step: 115 } },
  });
  instance.advance(30_000);
  expect(instance).toMatchObject({ endedAt: 30_000, endReason: 'Server.SpotInstanceTermination' });
});

it('keeps no checkpoint of a loss without notice', () => {
  world.scripts[1] = { seconds: 600, lostAfter: 10 };
  world.launch(launchOf(1));
  const instance = world.of(1);
  instance.start(0, 0);
  expect(instance.result(10_000)).toMatchObject({
    kind: 'lost',
    stateReason: 'Server.SpotInstanceTermination',
    lastStep: 10,
  });
  expect(instance.checkpoint(10_000)).toBeUndefined();
});

it('keeps the last periodic checkpoint of a loss without notice', () => {
  world.scripts[1] = { seconds: 600, stepsPerSecond: 4, checkpointEvery: 3, lostAfter: 10 };
  world.launch(launchOf(1));
  const instance = world.of(1);
  instance.start(0, 100);
  expect(instance.checkpoint(2_900)).toBeUndefined();
  expect(instance.result(20_000)).toMatchObject({ kind: 'lost', lastStep: 140, lastCheckpoint: { step: 136 } });
});

it('ends itself when nobody renews its lease any more, or nobody can', () => {
  world.scripts = { 1: { seconds: 600, lease: 10 }, 2: { seconds: 600, lease: 10, silentAfter: 5 } };
  for (const attempt of [1, 2]) {
    world.launch(launchOf(attempt));
    world.of(attempt).start(0, 0);
  }
  for (let now = 0; now <= 30_000; now += 2_000) for (const attempt of [1, 2]) world.of(attempt).result(now);
  expect(world.of(2)).toMatchObject({ endedAt: 14_000, endReason: 'Client.InstanceInitiatedShutdown' });
  world.of(1).advance(39_000);
  expect(world.of(1).endedAt).toBeUndefined();
  world.of(1).advance(41_000);
  expect(world.of(1).endedAt).toBe(40_000);
});
