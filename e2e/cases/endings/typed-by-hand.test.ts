import type { Payload } from '@temporalio/common';
import fc from 'fast-check';
import { type Answers, Isolate, payload, type Result } from '../../../test/workflows/support/driven';
import { world } from '../../../test/workflows/support/phases';

// A workflow decodes text byte by byte, and much of it takes long on a busy machine.
jest.setTimeout(300_000);

/** What a person may type for a step, or start a workflow with, in the isolate of a worker: a task that would be repeated for ever throws. */
let isolate: Isolate;
beforeAll(async () => {
  isolate = await Isolate.open();
});
afterAll(() => isolate.close());

fc.configureGlobal({ endOnFailure: true, seed: Number(process.env.TRAINCTL_INPUT_SEED ?? 7) });

const UNREADABLE: Payload[] = [
  { metadata: { encoding: Buffer.from('binary/encrypted') }, data: Buffer.from('\u0001') },
  { metadata: { encoding: Buffer.from('json/plain') }, data: Buffer.from('{"a":') },
  { data: Buffer.from('x') },
  {},
];

it.each(['resolveRun', 'launchInstance', 'syncCode', 'supervise', 'terminateAttempt', 'countLeftovers'])(
  'a run outlives a failure that somebody typed for %s, with details that nobody can read',
  async (step) => {
    const details = { payloads: UNREADABLE };
    const applicationFailureInfo = { type: 'failed', nonRetryable: true, details };
    const cause = {
      message: 'c',
      applicationFailureInfo,
      cause: { timeoutFailureInfo: { lastHeartbeatDetails: details } },
    };
    const failure = { message: 'm', cause, activityFailureInfo: { activityType: { name: step } } };
    const raw: Result[] = [
      { failed: { failure: { ...failure, encodedAttributes: UNREADABLE[0] as Payload } } },
      { completed: { result: UNREADABLE[0] as Payload } },
    ];
    const answers: Answers = (name) => {
      const [one] = name === step ? raw.splice(0, 1) : [];
      return one ? { raw: one } : world()(name);
    };
    const run = await isolate.start('trainingRun', [payload({ command: 'x' })], answers);
    expect(await run.untilItEnds()).toBeDefined();
  },
);

it('no step that somebody completes by hand keeps a run from ending', async () => {
  const steps = [
    'resolveRun',
    'launchInstance',
    'awaitReachable',
    'hearEc2',
    'syncCode',
    'installDependencies',
  ] as const;
  const more = ['fetchInputs', 'restoreCheckpoint', 'startTraining', 'supervise', 'terminateAttempt'] as const;
  const last = ['countLeftovers', 'pruneCheckpoints', 'writeSummary'] as const;
  const kind = fc.constantFrom('ok', 'invalid', 'launched', 'refused', 'lost', 'notice', 'scheduled', 'final', 'x');
  const typed = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc
      .tuple(kind, fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 1 })))
      .map(([is, rest]) => ({ ...rest, kind: is })),
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...steps, ...more, ...last), typed, async (step, answer) => {
      // Once; then all goes well.
      const said: unknown[] = [answer];
      const answers: Answers = (name) => {
        if (name !== step || said.length === 0) return world()(name);
        const [result] = said.splice(0);
        return { result };
      };
      const run = await isolate.start('trainingRun', [payload({ command: 'python train.py' })], answers);
      expect(await run.untilItEnds()).toBeDefined();
    }),
    { numRuns: 300 },
  );
});

/** Every place in a value, as the names that lead there. */
function placesIn(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([name, one]) => placesIn(one, [...path, name]))];
}

/** The same value with another one in a place; undefined takes it away. */
function changed(value: unknown, [name, ...rest]: string[], to: unknown): unknown {
  if (name === undefined) return to;
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string, unknown>;
  const one = changed(copy[name], rest, to);
  if (one === undefined) delete copy[name];
  else copy[name] = one;
  return copy;
}

const NOTICE = { source: 'spot', action: 'terminate', time: '2026-11-30T00:00:00.000Z' };
const FOUND = { kind: 'instance', id: 'i-1', region: 'us-east-1', run: 'r', reason: 'closed-run' };
const PLACE = { installation: 'i', namespaceId: 'n', regions: ['us-east-1'] };
const LEFT = { reason: 'open-run', count: 1, examples: ['i-2'] };

/** Of each workflow, what is answered once, by step: good answers, of which one thing is then changed. */
const GOOD: [type: string, answers: Record<string, unknown>][] = [
  [
    'trainingRun',
    {
      ...Object.fromEntries(
        ['resolveRun', 'launchInstance', 'awaitReachable', 'restoreCheckpoint', 'supervise', 'terminateAttempt'].map(
          (step) => [step, (world()(step) as { result: unknown }).result],
        ),
      ),
      hearEc2: { kind: 'notice', notice: NOTICE },
    },
  ],
  [
    'reconcile',
    {
      surveyResources: { ...PLACE, seen: 2, toEnd: [FOUND], more: 0, leftAlone: [LEFT] },
      endResources: { ended: [FOUND], pending: [{ id: 'i-3', why: 'still running' }], where: PLACE },
    },
  ],
];

it.each(GOOD)('%s ends, whatever one thing is odd in an answer that somebody typed for a step', async (type, good) => {
  const well = world(type === 'reconcile' ? good : {});
  // Each place by what is most likely to hurt: some is typed by mistake, and some with care.
  const odd = [undefined, null, {}, 'x', -1, 1e300, [null]];
  const input = type === 'reconcile' ? [] : [payload({ command: 'python train.py' })];
  for (const [step, answer] of Object.entries(good))
    for (const path of placesIn(answer))
      for (const to of odd) {
        const said = [changed(answer, path, to)];
        const answers: Answers = (name) => (name === step && said.length > 0 ? { result: said.pop() } : well(name));
        const run = await isolate.start(type, input, answers);
        await run.untilItEnds().catch((error: unknown) => {
          throw new Error(`${step}, ${path.join('.')} = ${JSON.stringify(to)}: ${String(error)}`);
        });
      }
});
