import fc from 'fast-check';
import {
  type EndDone,
  MESSAGES,
  PHASES,
  type Phase,
  type RunStatus,
  type SuperviseResult,
  type Survey,
  type WebhookMessage,
} from '../../../contract';
import { type Driven, Isolate, payload } from '../../../test/workflows/support/driven';
import { ARGS, noStop, signalName } from '../../../test/workflows/support/hostile';
import { finalOf, runIn, world } from '../../../test/workflows/support/phases';

// A workflow decodes text byte by byte, and much of it takes long on a busy machine.
jest.setTimeout(300_000);

/** Workflows in the isolate of a worker, told by hand what a server would tell them: a task that would be repeated for ever throws. */
let isolate: Isolate;
beforeAll(async () => {
  isolate = await Isolate.open();
});
afterAll(() => isolate.close());

// A smaller counterexample is worth less than an answer within the time of a test: the seed repeats it (TRAINCTL_INPUT_SEED).
fc.configureGlobal({ endOnFailure: true, seed: Number(process.env.TRAINCTL_INPUT_SEED ?? 7) });

/** So many tasks with so many values of each message, in each phase. */
const TASKS = 10;
const VALUES = 100;

const each = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T[]> =>
  fc.array(value, { minLength: VALUES, maxLength: VALUES });

type Everything = typeof everything extends fc.Arbitrary<infer T> ? T : never;
const everything = fc.record({
  hostEvent: each(ARGS.hostEvent),
  extend: each(ARGS.extend),
  stop: each(noStop),
  takeCheckpoint: each(ARGS.any),
  release: each(ARGS.any),
  unknown: each(fc.tuple(signalName, ARGS.any)),
  status: fc.array(ARGS.any, { minLength: 20, maxLength: 20 }),
});

/** A hold ends by any release, and a training goes on whatever it is asked. */
const ORDERS = ['extend', 'stop', 'takeCheckpoint'] as const;

it('a run outlives whatever it is sent in any phase, shows little of it, and obeys the stop that follows', async () => {
  await fc.assert(
    fc.asyncProperty(everything, async (sent) => {
      for (const phase of PHASES) await outlives(await runIn(isolate, phase), phase, sent);
    }),
    { numRuns: TASKS },
  );
});

async function outlives(run: Driven, phase: Phase, sent: Everything): Promise<void> {
  const orders = phase === 'held' ? ORDERS : ([...ORDERS, 'release'] as const);
  await run.activate([
    ...sent.hostEvent.map((args) => run.signal(MESSAGES.hostEvent, ...args)),
    ...sent.unknown.map(([name, args]) => run.signal(name, ...args)),
    ...orders.flatMap((name) => sent[name].map((args) => run.signal(name, ...args))),
  ]);
  await run.activate(orders.flatMap((name) => sent[name].map((args) => run.update(name, ...args))));
  for (const args of sent.status) await run.query(MESSAGES.status, ...args);

  const { warnings = [], phase: now } = (await run.query(MESSAGES.status)) as RunStatus;
  // A notice that reads like a worker's may have begun the next attempt.
  expect(['launching', phase]).toContain(now);
  expect(warnings.length).toBeLessThanOrEqual(5);
  for (const { message } of warnings) expect(message.length).toBeLessThanOrEqual(500);
  const refused = warnings.filter(({ message }) => /was not obeyed|there is no signal|was dropped/.test(message));
  // The list holds the newest of all warnings: what hosts tell may have pushed them out.
  expect(refused.length).toBeLessThanOrEqual(2);
  if (warnings.length < 5) expect(refused).toHaveLength(2);
  for (const refusal of run.refusals) expect(refusal.length).toBeLessThanOrEqual(300);

  const late = phase === 'cleaning-up' || phase === 'ended';
  await run.activate([run.signal(MESSAGES.stop, payload({ mode: 'now' }))]);
  run.answers = world();
  const stopped = phase === 'held' ? { how: 'failed', type: 'failed' } : { how: 'cancelled' };
  expect(await run.untilItEnds()).toMatchObject(late ? { how: 'completed' } : stopped);
}

it('a run ends, whatever is sent on its way', async () => {
  const messages = fc.array(
    fc.record({
      name: fc.constantFrom('stop', 'extend', 'takeCheckpoint', 'release', 'hostEvent', 'other'),
      args: fc.oneof(ARGS.stop, ARGS.extend, ARGS.hostEvent),
      update: fc.boolean(),
    }),
    { minLength: 10, maxLength: 10 },
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...PHASES), messages, async (phase, sent) => {
      const run = await runIn(isolate, phase);
      for (const { name, args, update } of sent) {
        if (run.end) break;
        await run.activate([update ? run.update(name, ...args) : run.signal(name, ...args)]);
        await run.proceed();
      }
      run.answers = world();
      expect(await run.untilItEnds()).toBeDefined();
    }),
    { numRuns: 50 },
  );
});

it('a signal that an older release let lie has no effect when it is replayed; the same one has when it comes now', async () => {
  const run = await runIn(isolate, 'training');
  await run.activate([run.signal(MESSAGES.stop), run.signal('Halt')], true);
  const { phase, warnings } = (await run.query(MESSAGES.status)) as RunStatus;
  expect([phase, warnings?.[0]?.message]).toEqual([
    'training',
    'the signal stop was not obeyed: it came to an older release',
  ]);
  await run.activate([run.signal(MESSAGES.stop, payload({ mode: 'now' }))]);
  run.answers = world();
  expect(await run.untilItEnds()).toMatchObject({ how: 'cancelled' });
});

const NOTHING: Survey = {
  installation: 'i',
  namespaceId: 'n',
  regions: [],
  seen: 0,
  toEnd: [],
  more: 0,
  leftAlone: [],
};
const ONE: Survey = {
  ...NOTHING,
  seen: 1,
  toEnd: [{ kind: 'instance', id: 'i-1', region: 'us-east-1', run: 'r', reason: 'closed-run' }],
};
const GONE: EndDone = { ended: ONE.toEnd, pending: [] };
const MESSAGE: WebhookMessage = {
  event: 'cleanup-pending',
  attempt: 1,
  left: 'i-1',
  run: 'r',
  at: '2026-11-30T00:00:00Z',
};

/** Each workflow beside that of a run, in each of its phases: what it waits for there. */
const OTHERS: [phase: string, type: string, args: unknown[], waits: Record<string, unknown>][] = [
  ['looks', 'reconcile', [], { surveyResources: undefined }],
  ['ends what it found', 'reconcile', [], { surveyResources: ONE, endResources: undefined }],
  ['posts', 'notify', [MESSAGE], { postWebhook: undefined }],
];

it.each(OTHERS)('while it %s, %s outlives whatever it is sent', async (_, type, args, waits) => {
  await fc.assert(
    fc.asyncProperty(each(fc.tuple(signalName, ARGS.any)), async (sent) => {
      const workflow = await isolate.start(type, args.map(payload), world(waits));
      await workflow.activate(sent.map(([name, input]) => workflow.signal(name, ...input)));
      await workflow.activate(sent.map(([name, input]) => workflow.update(name, ...input)));
      expect(workflow.refusals).toHaveLength(sent.length);
      for (const [name, input] of sent.slice(0, 20))
        await expect(workflow.query(name, ...input)).rejects.toThrow('did not register a handler');
      workflow.answers = world({ surveyResources: ONE, endResources: GONE });
      expect(await workflow.untilItEnds()).toMatchObject({ how: 'completed' });
    }),
    { numRuns: TASKS },
  );
});

it.each(['trainingRun', 'reconcile', 'notify'])('%s can be started with anything', async (type) => {
  const message = 'it is no run spec';
  const answers = world({ surveyResources: NOTHING, resolveRun: { kind: 'invalid', faults: [], message } });
  await fc.assert(
    fc.asyncProperty(fc.oneof(ARGS.any, ARGS.stop), fc.array(fc.tuple(signalName, ARGS.any)), async (args, signals) => {
      const workflow = await isolate.start(type, args);
      await workflow.activate(signals.map(([name, input]) => workflow.signal(name, ...input)));
      workflow.answers = answers;
      const { how, type: outcome, message: why = '' } = await workflow.untilItEnds();
      if (how === 'failed') expect(outcome).toBe('invalid');
      if (type === 'notify') expect(how).toBe('completed');
      expect(why.length).toBeLessThanOrEqual(1000);
    }),
    { numRuns: 50 },
  );
});

it('no word of a host can stop a run from ending', async () => {
  const near = fc.record(
    Object.fromEntries(
      Object.keys({ ...finalOf(0), warnings: 0, alerts: 0, notKept: 0, notFinite: 0, stopAlert: 0 }).map((name) => [
        name,
        fc.jsonValue(),
      ]),
    ),
    { requiredKeys: [] },
  );
  const final = fc.oneof(
    fc.jsonValue(),
    near,
    near.map((some) => ({ ...finalOf(0), ...(some as object) })),
  );
  const result = fc.oneof(
    fc.jsonValue(),
    final.map((said) => ({ kind: 'final', detail: '', final: said })),
    fc.record({
      kind: fc.constant('lost'),
      detail: fc.jsonValue(),
      lastStep: fc.jsonValue(),
      lastCheckpoint: fc.jsonValue(),
    }),
  );
  await fc.assert(
    fc.asyncProperty(result, fc.jsonValue(), async (supervise, takeCheckpoint) => {
      const run = await runIn(isolate, 'training');
      await run.activate([run.update(MESSAGES.takeCheckpoint)]);
      // The first attempt hears it, the next ends well.
      let said: unknown[] = [supervise];
      run.answers = (name) => {
        if (name !== 'supervise') return world({ takeCheckpoint: takeCheckpoint ?? {} })(name);
        const [first] = said;
        said = [];
        return { result: first ?? ({ kind: 'final', detail: '', final: finalOf(0) } satisfies SuperviseResult) };
      };
      expect(await run.untilItEnds()).toBeDefined();
    }),
    { numRuns: 50 },
  );
});
