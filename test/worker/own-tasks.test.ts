import { hearsUnknown } from '../../worker/gone/heartbeat';
import { ownTasksOnly, whyNotOurs } from '../../worker/own-tasks';

const own = { installation: 'default', installationKey: 'aaaa', namespaceId: 'n-1' };
const node = { workflowId: 'w', runKey: 'k', attempt: 1, node: 0, ...own };

/** However a step names its run. */
const shapes = (run: object): object[] => [{ node: run }, { run, attempt: 1 }, { host: { node: run } }, { ...run }];

test('a step of a run of its own is taken, in whatever form it names it, also of a release that wrote no key', () => {
  const { installationKey: _, ...older } = node;
  for (const args of [...shapes(node), ...shapes(older)]) expect(whyNotOurs(own, args)).toBeUndefined();
});

test.each([
  ['name', { installation: 'other' }, /installation "other", this worker serves "default"/],
  ['namespace', { namespaceId: 'n-2' }, /Temporal namespace n-2/],
  ['bucket, secret or the like', { installationKey: 'bbbb' }, /resolved by an installation "default" that is not/],
])('one of another %s is handed back, with the reason', (_, patch, reason) => {
  for (const args of shapes({ ...node, ...patch })) expect(whyNotOurs(own, args)).toMatch(reason);
});

test.each([
  [undefined],
  [null],
  ['text'],
  [{}],
  [{ run: 'a-name', host: null }],
  [{ input: { run: { installation: 'x' } } }],
])('a step that names no run is taken: %j', (args) => expect(whyNotOurs(own, args)).toBeUndefined());

test('handing back is retryable, and nothing has been done', async () => {
  const { inbound } = ownTasksOnly(own)({} as never);
  const next = jest.fn(async () => 'done');
  const execute = (args: unknown) => inbound?.execute?.({ args: [args], headers: {} }, next);
  await expect(execute({ node: { ...node, installation: 'other' } })).rejects.toMatchObject({
    type: 'other-installation',
    nonRetryable: false,
  });
  expect(next).not.toHaveBeenCalled();
  await expect(execute({ node })).resolves.toBe('done');
});

test.each([
  ['a run that is gone', { notFound: true }, [{ workflowId: 'w', runId: 'r' }]],
  ['a cancel', { cancelRequested: true }, []],
  ['a pause', { paused: true }, []],
])('of heartbeats that are answered by the end of the activity, %s is told or not', async (_, details, told) => {
  const heard: unknown[] = [];
  const cancelled = Promise.reject(new Error('cancelled'));
  const info = { workflowExecution: { workflowId: 'w', runId: 'r' } };
  hearsUnknown((execution) => heard.push(execution))({ cancelled, cancellationDetails: details, info } as never);
  await cancelled.catch(() => undefined);
  expect(heard).toEqual(told);
});
