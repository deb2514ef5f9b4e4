import fc from 'fast-check';
import {
  type AttachEvent,
  type CalledVerb,
  checkpointAnswer,
  type HostEvent,
  type Live,
  readAgentError,
  readAnswer,
  readAttachEvent,
  readHostEvent,
  readLive,
  readOutputIndex,
  readProgress,
  readSummary,
  readSuperviseResult,
  readUploadNote,
  readWebhookMessage,
} from '../../../contract';

const KEY = 'p/runs/k/a/1/0/checkpoints/000000000002/manifest.json';
const NOTICE = { source: 'spot', action: 'terminate', time: '2026-11-30T00:02:00Z' } as const;
const LARGE = { id: 'q1', index: 0, name: 'model.bin', bytes: 6e9 };

const EVENTS: AttachEvent[] = [
  { t: 'hello', epoch: 1, phase: 'training', logBytes: 1, logUploaded: 0, step: null, final: null },
  { t: 'phase', phase: 'uploading' },
  { t: 'scheduled', notice: NOTICE },
  { t: 'scheduled', notice: null },
  {
    t: 'beat',
    logBytes: 1,
    logUploaded: 1,
    step: 2,
    metrics: { loss: 1 },
    firstStep: 1,
    sent: 3,
    steps: 10,
    stepSeconds: 0.5,
  },
  { t: 'checkpoint', step: 2, number: 1, key: KEY, bytes: 5, seconds: 0.2, why: 'periodic', suspect: 'open' },
  { t: 'checkpoint-failed', message: 'no room' },
  { t: 'alert', number: 1, kind: 'no-step', message: 'no step', at: '2026-11-30T00:00:00Z' },
  { t: 'notice', notice: NOTICE },
  { t: 'warning', message: 'odd' },
  { t: 'exit', code: null, signal: 'SIGKILL', stoppedBy: 'stop' },
  { t: 'upload', done: 1, total: 2 },
  { t: 'large', ...LARGE },
  { t: 'join', ...LARGE, own: true, etags: 'e' },
  { t: 'superseded', epoch: 4 },
];

const ANSWERS: [CalledVerb, object][] = [
  ['probe', { python: '3.11.2', uv: null, cpus: 4, memoryBytes: 1, diskFreeBytes: 1, gpus: ['NVIDIA A10G'] }],
  ['sync', { files: 1, bytes: 2 }],
  ['install', { source: 'uv.lock', tool: 'uv', packages: ['numpy 2'], count: 1, warnings: ['y'] }],
  ['fetch', { files: 1, bytes: 2, seconds: 0.5 }],
  ['restore', { step: 2, attempt: 1, key: KEY, number: 2, files: 1, bytes: 2, damaged: [{ key: KEY, why: 'gone' }] }],
  ['start', { pid: 7, started: true }],
  ['stop', { phase: 'stopping' }],
  ['checkpoint', { phase: 'training', checkpoint: null, reason: 'nothing yet' }],
];

const HOST_EVENTS: HostEvent['event'][] = [
  { kind: 'notice', notice: NOTICE },
  { kind: 'scheduled', notice: NOTICE },
  { kind: 'scheduled', notice: null },
  { kind: 'disconnected', why: 'silence' },
  { kind: 'reconnected', address: '10.0.0.7' },
  { kind: 'first-step', step: 3 },
  { kind: 'checkpoint-failed', why: 'no room' },
  { kind: 'alert', number: 1, alert: 'nan', message: 'loss became NaN' },
  { kind: 'eta', at: '2026-11-30T00:00:00Z' },
  { kind: 'eta', at: null },
  { kind: 'warning', message: 'odd' },
  { kind: 'uploading' },
  { kind: 'stalled' },
];
const told = (event: unknown): unknown => ({ attempt: 1, node: 0, epoch: 1, sequence: 0, event });

const LIVE: Live = {
  at: '2026-11-30T00:00:00Z',
  attempt: 1,
  node: 0,
  phase: 'training',
  step: 7,
  metrics: { loss: 'NaN' },
  logBytes: 3,
  logUploaded: 2,
  checkpoint: { step: 7, key: KEY, bytes: 5, at: '2026-11-30T00:00:00Z' },
  etaAt: '2026-11-30T01:00:00Z',
  steps: 9,
};

it.each(EVENTS)('takes $t as an agent says it', (event) => {
  expect(readAttachEvent(event)).toEqual(event);
});

it.each(ANSWERS)('takes the answer to %s as an agent gives it', (verb, answer) => {
  expect(readAnswer(verb, answer)).toEqual(answer);
});

it.each(HOST_EVENTS)('takes $kind as a worker tells it', (event) => {
  expect(readHostEvent(told(event))).toEqual(told(event));
});

it('takes live.json as an agent writes it', () => {
  expect(readLive(LIVE)).toEqual(LIVE);
});

const INDEXED = {
  from: 'out/',
  name: 'outputs/out/model.bin',
  bytes: 5,
  sha256: 'a'.repeat(64),
  mode: 0o644,
  path: 'out/model.bin',
  own: true,
} as const;
const NOTE = { bucket: 'runs', key: 'x/model', uploadId: 'u', at: 1_800_000_000_000 };

it('takes outputs.json as an agent writes it, and of what is odd in it the rest', () => {
  expect(readOutputIndex({ format: 1, files: [{ index: 0, ...INDEXED }] })).toEqual([INDEXED]);
  const { from, name } = INDEXED;
  const odd = { from, name, bytes: 1e300, sha256: 'A', mode: -1, path: 'x'.repeat(1e5), own: 'yes' };
  const none = [null, 7, [], { from }, { name }, { from, name: 'n'.repeat(1025) }, { from: {}, name }];
  expect(readOutputIndex({ files: [...none, odd] })).toEqual([{ from, name }]);
  for (const other of [undefined, null, [], 'x', {}, { files: {} }]) expect(readOutputIndex(other)).toBeUndefined();
});

it('takes a note of an upload as a worker writes it', () => {
  expect(readUploadNote(NOTE)).toEqual(NOTE);
  for (const other of [null, {}, { ...NOTE, at: 'x' }, { ...NOTE, key: 7 }])
    expect(readUploadNote(other)).toBeUndefined();
});

it('takes a summary of this run alone, and one that can be shown', () => {
  const key = '0123456789abcdef';
  const attempts = [{ number: 1, costUsd: 0.1, stages: [{ name: 'train', state: 'done' }] }];
  const counted = { outcome: 'succeeded', costUsd: 0.1, attemptCount: 1, interruptions: 0 };
  const status = { ...counted, run: 'r', runKey: key, phase: 'ended', startedAt: '2026-11-30T00:00:00Z', attempts };
  const summary = { run: 'r', runKey: key, status, result: { ...counted, run: 'r' } };
  expect(readSummary(summary, key)).toBe(summary);
  const changed = (change: object) => ({ ...summary, status: { ...status, ...change } });
  for (const other of [
    null,
    [],
    { ...summary, runKey: 'f'.repeat(16) },
    { ...summary, result: 'fine' },
    { ...summary, result: { ...counted, outcome: 'excellent' } },
    changed({ runKey: 'f'.repeat(16) }),
    changed({ phase: 'training' }),
    changed({ costUsd: '$1' }),
    changed({ attempts: {} }),
    changed({ attempts: [null] }),
    changed({ attempts: [{ ...attempts[0], stages: [7] }] }),
  ])
    expect(readSummary(other, key)).toBeUndefined();
});

it('drops what no agent says, and cuts what is too long', () => {
  expect(readAttachEvent({ t: 'of a newer release' })).toBeUndefined();
  expect(readAttachEvent({ t: 'toString' })).toBeUndefined();
  expect(readAttachEvent({ t: 'superseded', epoch: 'x' })).toBeUndefined();
  expect(readAttachEvent({ t: 'warning', message: `${'é'.repeat(399)}\ud83d\ude00` })).toEqual({
    t: 'warning',
    message: `${'é'.repeat(399)}…`,
  });
  expect(readAttachEvent({ t: 'large', ...LARGE, name: 'n'.repeat(2000) })).toBeUndefined();
  expect(readLive({ ...LIVE, step: 1.5, metrics: { a: 'x', b: Number.POSITIVE_INFINITY }, extra: 1 })).toMatchObject({
    metrics: { b: 'Infinity' },
  });
  expect(readHostEvent(told({ kind: 'eta', at: 'soon' }))).toBeUndefined();
});

it('of what a tool said last, the end is kept', () => {
  const said = readAgentError({ code: 'x', message: 'no', tail: `${'noise\n'.repeat(9000)}the end` });
  expect([said?.code, said?.tail.length, said?.tail.slice(-7)]).toEqual(['internal', 4000, 'the end']);
});

it('a last word that cannot be read is one: nobody trains there any more', () => {
  const none = { code: null, signal: null, stoppedBy: null, problems: ['the last word of the host could not be read'] };
  expect(readAttachEvent({ t: 'final', final: { code: '0' } })).toMatchObject({ t: 'final', final: none });
  expect(readAttachEvent({ t: 'final' })).toMatchObject({ final: none });
  expect(readAttachEvent({ ...EVENTS[0], final: 'done' })).toMatchObject({ t: 'hello', final: none });
  expect(readSuperviseResult({ kind: 'final', final: 7 })).toMatchObject({ kind: 'final', final: none });
});

it('a supervision that cannot be read leaves the host unreachable', () => {
  const detail = expect.stringContaining('could not be read');
  for (const odd of [undefined, 'final', { kind: 'won' }])
    expect(readSuperviseResult(odd)).toEqual({ kind: 'unreachable', detail });
});

/** JSON with the names that mean something here and there. */
const NAMES = [
  ...new Set([...EVENTS, ...ANSWERS.map(([, a]) => a), ...HOST_EVENTS, LIVE, INDEXED, NOTE].flatMap(Object.keys)),
];
const near = fc.oneof(
  fc.jsonValue(),
  fc.dictionary(fc.constantFrom(...NAMES), fc.oneof(fc.jsonValue(), fc.constantFrom<unknown>(...EVENTS, LIVE)), {
    maxKeys: 8,
  }),
  fc
    .tuple(
      fc.constantFrom<object>(...EVENTS, LIVE, ...ANSWERS.map(([, a]) => a)),
      fc.dictionary(fc.constantFrom(...NAMES), fc.jsonValue()),
    )
    .map(([right, wrong]) => ({ ...right, ...wrong })),
);

const READERS: [string, (value: unknown) => unknown][] = [
  ['an attachment', readAttachEvent],
  ['a signal', (value) => readHostEvent(told(value))],
  ['live.json', readLive],
  ['a supervision', readSuperviseResult],
  ['a checkpoint asked for', checkpointAnswer],
  ['an error', readAgentError],
  ['progress', readProgress],
  ['a message', readWebhookMessage],
  ['a note of an upload', readUploadNote],
  ['a file of outputs.json', (value) => readOutputIndex({ files: [value] })?.[0]],
  ...ANSWERS.map(([verb]): [string, (value: unknown) => unknown] => [verb, (value) => readAnswer(verb, value)]),
];

it.each(READERS)(
  '%s: whatever is said, what is read of it is small, and the same when it is read again',
  (name, read) => {
    fc.assert(
      fc.property(near, (said) => {
        const first = read(said);
        expect(Buffer.byteLength(JSON.stringify(first) ?? '')).toBeLessThan(64 * 1024);
        if (name !== 'a signal')
          expect(read(first ?? null)).toEqual(name === 'a supervision' ? first : (first ?? read(null)));
      }),
      { numRuns: 300 },
    );
  },
);
