import { createWatchers, type InstanceWatcher, type WatchOptions } from '../../../activities/watch';
import type { Instance } from '../../../adapters/aws';
import { nodeTags } from '../../../contract';
import { until } from '../../adapters/ssh/support/host';
import { NODE, RUN } from '../support/ec2/deps';
import { ec2Answer, FakeEc2 } from '../support/ec2/fake-ec2';

const tags = nodeTags(NODE, 'demo');

async function withWatcher(
  work: (watcher: InstanceWatcher, ec2: FakeEc2) => Promise<void>,
  options: Partial<WatchOptions> = {},
): Promise<void> {
  const ec2 = new FakeEc2();
  const watchers = createWatchers(ec2, RUN, { everySeconds: 0.05, eagerSeconds: [0.005, 0.02], ...options });
  try {
    await work(watchers.in('us-east-1'), ec2);
  } finally {
    watchers.close();
  }
}

test('nobody asks, nobody looks', () =>
  withWatcher(async (watcher, ec2) => {
    ec2.add({ id: 'i-1', tags });
    const end = watcher.onChange('i-1', () => {});
    await until('a look', () => ec2.count('instances') > 0);
    end();
    await new Promise((resolve) => setTimeout(resolve, 100));
    const looks = ec2.count('instances');
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(ec2.count('instances')).toBe(looks);
  }));

test('500 instances are one call a look', () =>
  withWatcher(
    async (watcher, ec2) => {
      const seen = new Set<string>();
      for (let i = 0; i < 500; i += 1) {
        ec2.add({ id: `i-${i}`, tags });
        watcher.onChange(`i-${i}`, ({ id }) => seen.add(id));
      }
      await until('all are seen', () => seen.size === 500);
      expect(ec2.count('instances')).toBe(1);
      expect(ec2.calls[0]?.args).toEqual({
        tags: { 'trainctl:installation': 'test', 'trainctl:namespace': RUN.namespaceId },
      });
    },
    { everySeconds: 10 },
  ));

test('a listener hears what is known, then each change once', () =>
  withWatcher(async (watcher, ec2) => {
    ec2.add({ id: 'i-1', tags, state: 'pending' });
    const heard: string[] = [];
    watcher.onChange('i-1', ({ state, stateReason }) => heard.push(`${state} ${stateReason?.code ?? ''}`));
    await until('pending', () => heard.length === 1);
    ec2.set('i-1', { state: 'running' });
    await until('running', () => heard.length === 2);
    ec2.set('i-1', { state: 'shutting-down' });
    await until('shutting-down', () => heard.length === 3);
    ec2.set('i-1', { stateReason: { code: 'Server.SpotInstanceTermination', message: '' } });
    await until('the reason', () => heard.length === 4);
    expect(heard).toEqual(['pending ', 'running ', 'shutting-down ', 'shutting-down Server.SpotInstanceTermination']);
    const late: string[] = [];
    watcher.onChange('i-1', ({ state }) => late.push(state));
    expect(late).toEqual(['shutting-down']);
    expect(watcher.get('i-1')?.state).toBe('shutting-down');
  }));

test('who waits for a state gets it fast, though looks at everything are rare', () =>
  withWatcher(
    async (watcher, ec2) => {
      ec2.add({ id: 'i-1', tags, state: 'pending' });
      const running = watcher.waitFor('i-1', ({ state }) => state === 'running');
      await until('a look', () => ec2.count('instances') > 2);
      ec2.set('i-1', { state: 'running' });
      await expect(running).resolves.toMatchObject({ state: 'running' });
    },
    { everySeconds: 60 },
  ));

test('waits end with their signal, and with the watcher', () =>
  withWatcher(async (watcher, ec2) => {
    ec2.add({ id: 'i-1', tags });
    const why = new Error('enough');
    await expect(watcher.waitGone('i-1', AbortSignal.abort(why))).rejects.toBe(why);
    const abort = new AbortController();
    const waiting = watcher.waitGone('i-1', abort.signal);
    abort.abort(why);
    await expect(waiting).rejects.toBe(why);
    const other = watcher.waitGone('i-1');
    watcher.close();
    await expect(other).rejects.toThrow('closed');
    await expect(watcher.waitGone('i-1')).rejects.toThrow('closed');
  }));

describe('absence', () => {
  /** A clock that the test moves. */
  const clock = () => {
    let now = 1_000_000;
    return {
      now: () => now,
      pass: (seconds: number): void => {
        now += seconds * 1000;
      },
    };
  };

  test('of a young instance means nothing, however many looks miss it', () => {
    const time = clock();
    return withWatcher(
      async (watcher, ec2) => {
        const states: string[] = [];
        const gone = watcher.waitGone('i-new').then(({ state }) => states.push(state));
        await until('ten looks', () => ec2.count('instances') >= 10);
        expect(states).toEqual([]);
        time.pass(119);
        const looks = ec2.count('instances');
        await until('ten more', () => ec2.count('instances') >= looks + 10);
        expect(states).toEqual([]);
        time.pass(2);
        await gone;
        expect(states).toEqual(['gone']);
      },
      { now: time.now, everySeconds: 3600 },
    );
  });

  test('counts only after three looks in a row, and failed looks are none', () => {
    const time = clock();
    const errors: unknown[] = [];
    return withWatcher(
      async (watcher, ec2) => {
        ec2.add({ id: 'i-1', tags, launchedAt: 0 });
        const heard: Instance[] = [];
        watcher.onChange('i-1', (instance) => heard.push(instance));
        void watcher.waitGone('i-1').catch(() => {});
        await until('seen', () => heard.length === 1);
        ec2.set('i-1', { hiddenLooks: 2 });
        await until('it is seen again', () => (ec2.instances.get('i-1')?.hiddenLooks ?? 0) < -2);
        expect(heard).toHaveLength(1);
        ec2.arm('instances', ec2Answer('InternalError', 500), { times: 1 });
        await until('a failed look', () => errors.length === 1);
        expect(heard).toHaveLength(1);
        ec2.instances.clear();
        await until('gone', () => heard.length === 2);
        expect(heard[1]).toMatchObject({ id: 'i-1', state: 'gone', tags });
      },
      { now: time.now, everySeconds: 3600, onError: (error) => errors.push(error) },
    );
  });

  test('of the tags is no absence of the instance', () =>
    withWatcher(async (watcher, ec2) => {
      ec2.add({ id: 'i-1', tags: {}, launchedAt: 0 });
      const heard: string[] = [];
      watcher.onChange('i-1', ({ state }) => heard.push(state));
      await until('some looks', () => ec2.count('instances') >= 12);
      expect(heard).toEqual(['running']);
    }));
});
