import { createWatchers, type InstanceWatcher, type WatchOptions } from '../../../activities/watch';
import { isAnnounced } from '../../../activities/watch/announced';
import { nodeTags } from '../../../contract';
import { until } from '../../adapters/ssh/support/host';
import { NODE, RUN } from '../support/ec2/deps';
import { ec2Answer, FakeEc2 } from '../support/ec2/fake-ec2';

const tags = nodeTags(NODE, 'demo');

/** Looks at everything are rare here: whoever is served is served by looks of their own. */
async function withWatcher(
  work: (watcher: InstanceWatcher, ec2: FakeEc2, errors: unknown[]) => Promise<void>,
  options: Partial<WatchOptions> = {},
): Promise<void> {
  const ec2 = new FakeEc2();
  const errors: unknown[] = [];
  const watchers = createWatchers(ec2, RUN, {
    everySeconds: 3600,
    eagerSeconds: [0.005, 0.02],
    attentiveSeconds: 0.02,
    onError: (error) => errors.push(error),
    ...options,
  });
  try {
    await work(watchers.in('us-east-1'), ec2, errors);
  } finally {
    watchers.close();
  }
}

test('who listens for bad news hears of a loss without waiting for the look at everything', () =>
  withWatcher(async (watcher, ec2) => {
    ec2.add({ id: 'i-1', tags });
    const word = watcher.hearWord('i-1');
    await until('some looks', () => ec2.count('instances') > 2);
    // On demand: there is no spot request to ask for.
    expect(ec2.count('spotOf')).toBe(0);
    ec2.set('i-1', { state: 'shutting-down' });
    expect(await word).toMatchObject({ kind: 'lost', instance: { id: 'i-1', state: 'shutting-down' } });
  }));

test('and of a spot request that is marked, and of that of its own instance alone', () =>
  withWatcher(async (watcher, ec2) => {
    for (const n of [1, 2]) {
      ec2.add({ id: `i-${n}`, tags, spotRequestId: `sir-${n}` });
      ec2.spotRequests.set(`sir-${n}`, {
        id: `sir-${n}`,
        state: 'active',
        status: 'fulfilled',
        instanceId: `i-${n}`,
        tags,
      });
    }
    const heard: string[] = [];
    void watcher.hearWord('i-1').then(
      (word) => heard.push(word.kind),
      () => undefined,
    );
    const word = watcher.hearWord('i-2');
    await until('some looks', () => ec2.count('spotOf') > 2);
    const request = { id: 'sir-2', state: 'active', status: 'marked-for-termination', instanceId: 'i-2', tags };
    ec2.spotRequests.set('sir-2', request);
    expect(await word).toEqual({ kind: 'marked', request });
    expect(heard).toEqual([]);
    // One call for both.
    expect(ec2.calls.filter((c) => c.action === 'spotOf')[0]?.args).toEqual(['i-1', 'i-2']);
  }));

test.each([
  'marked-for-termination',
  'marked-for-stop-by-experiment',
  // EC2 closes the request with the notice: the instance runs on.
  'instance-terminated-by-experiment',
  'instance-terminated-no-capacity',
  'instance-terminated-by-price',
])('a running instance whose spot request is %s is being taken', (status) => {
  expect(isAnnounced({ status })).toBe(true);
});

test.each([
  'fulfilled',
  'instance-terminated-by-user',
  'instance-stopped-by-user',
  'request-canceled-and-instance-running',
])('nobody takes one whose spot request is %s', (status) => {
  expect(isAnnounced({ status })).toBe(false);
});

test('and of maintenance that is scheduled for its own instance, if it heeds that', () =>
  withWatcher(async (watcher, ec2) => {
    for (const n of [1, 2]) ec2.add({ id: `i-${n}`, tags });
    const asked: string[] = [];
    const word = watcher.hearWord('i-1', undefined, {
      scheduled: ({ code }) => {
        asked.push(code);
        return code === 'system-reboot';
      },
    });
    const at = (code: string, notBefore: number, instanceId = 'i-1') => ({ instanceId, code, notBefore });
    ec2.scheduled.push(at('instance-stop', 1, 'i-2'), at('instance-retirement', 3));
    await until('it to be asked', () => asked.length > 2);
    const event = at('system-reboot', 2);
    ec2.scheduled.push(event);
    expect(await word).toEqual({ kind: 'scheduled', event });
    expect(new Set(asked)).toEqual(new Set(['instance-retirement', 'system-reboot']));
    // The nearest first.
    expect(asked.at(-1)).toBe('instance-retirement');
    expect(asked.at(-2)).toBe('system-reboot');
  }));

test('what cannot be asked for keeps nobody from hearing of a loss, and is left alone for a while', () =>
  withWatcher(async (watcher, ec2, errors) => {
    ec2.add({ id: 'i-1', tags, spotRequestId: 'sir-1' });
    ec2.arm('spotOf', ec2Answer('UnauthorizedOperation', 403), { times: 1e6 });
    ec2.arm('events', ec2Answer('UnauthorizedOperation', 403), { times: 1e6 });
    const word = watcher.hearWord('i-1');
    await until('looks', () => ec2.count('instances') > 5);
    ec2.set('i-1', { state: 'stopped' });
    expect(await word).toMatchObject({ kind: 'lost' });
    expect([ec2.count('spotOf'), ec2.count('events'), errors.length]).toEqual([1, 1, 2]);
  }));

test('a question is answered by a look that begins after it, and not by what is known', () =>
  withWatcher(async (watcher, ec2) => {
    ec2.add({ id: 'i-1', tags });
    watcher.onChange('i-1', () => {});
    await until('it is known', () => watcher.get('i-1') !== undefined);
    ec2.set('i-1', { state: 'terminated' });
    expect(watcher.get('i-1')?.state).toBe('running');
    expect((await watcher.ask('i-1'))?.state).toBe('terminated');
    expect(await watcher.ask('i-unknown')).toBeUndefined();
    ec2.arm('instances', ec2Answer('InternalError', 500), { times: 1 });
    await expect(watcher.ask('i-1')).rejects.toThrow('InternalError');
  }));

test('nobody listens any more, nobody looks', () =>
  withWatcher(async (watcher, ec2) => {
    ec2.add({ id: 'i-1', tags, spotRequestId: 'sir-1' });
    const abort = new AbortController();
    const word = watcher.hearWord('i-1', abort.signal);
    await until('looks', () => ec2.count('spotOf') > 1);
    abort.abort(new Error('enough'));
    await expect(word).rejects.toThrow('enough');
    await new Promise((resolve) => setTimeout(resolve, 60));
    const looks = ec2.calls.length;
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(ec2.calls.length).toBe(looks);
  }));
