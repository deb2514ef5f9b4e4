import fc from 'fast-check';
import { type HostFinal, LAST_WORD_BYTES, readHostFinal } from '../../../contract';

/** All that an agent may say. */
const WHOLE: HostFinal = {
  code: 0,
  signal: null,
  stoppedBy: 'stop',
  tail: 'done\n',
  logBytes: 99,
  logUploaded: 98,
  step: 7,
  firstStep: 1,
  metrics: { loss: 0.5, 'eval/acc': 'NaN', lr: 1e-5 },
  notFinite: [
    {
      ...{ name: 'eval/acc', value: 'NaN', times: 2, spells: 1, firstLine: 3 },
      ...{ firstStep: null, lastStep: 7, sinceStep: 3, ongoing: true },
    },
  ],
  unreadable: { lines: 1, firstLine: 4, why: 'it is not JSON' },
  alerts: [{ number: 1, kind: 'nan', message: 'eval/acc became NaN', at: '2026-11-30T00:00:00Z' }],
  savedAgain: true,
  stopAlert: 'eval/acc became NaN',
  checkpoint: {
    ...{ step: null, number: 2, at: '2026-11-30T00:00:00.000Z', suspect: 'a file was open', bytes: 5 },
    key: 'p/runs/k/a/1/0/checkpoints/000000000002/manifest.json',
  },
  outputs: [{ index: 0, files: 2, bytes: 9, instead: { files: 1, bytes: 4 } }],
  problems: ['x: refused'],
  warnings: ['something still runs'],
  outputsLost: 'x: refused',
  notKept: { files: 1, bytes: 3, named: [{ path: 'core', files: 1, bytes: 3, why: 'ignored' }] },
  notice: { source: 'spot', action: 'terminate', time: '2026-11-30T00:02:00Z' },
  lost: false,
};

const bytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

it('takes all that an agent says as it is', () => {
  expect(readHostFinal(WHOLE)).toEqual(WHOLE);
});

it.each([
  [{ outputs: {} }, { outputs: [] }, 'outputs'],
  [{ step: 1.5, metrics: [] }, { step: null, metrics: null }, 'step, metrics'],
  [{ checkpoint: { step: 7, key: 7 }, notice: 'soon' }, { checkpoint: null, notice: null }, 'checkpoint, notice'],
  [{ tail: { length: 5 }, logBytes: -1, problems: 'all' }, { tail: '', logBytes: 0 }, 'tail, logBytes, problems'],
])('takes what is whole of %j, and says what is not', (broken, instead, names) => {
  const problems = [`the last word of the host could not be read whole: ${names}`];
  expect(readHostFinal({ ...WHOLE, problems: [], ...broken })).toEqual({ ...WHOLE, problems, ...instead });
});

it.each([undefined, null, [], 'exited 0', {}, { code: 0 }, { ...WHOLE, code: '0' }, { ...WHOLE, stoppedBy: 'nobody' }])(
  '%j does not say how a process ended',
  (value) => {
    expect(readHostFinal(value)).toBeUndefined();
  },
);

it('bounds a word that is too long field by field, and keeps what counts', () => {
  const control = '\u0001'.repeat(4000);
  const long = {
    ...WHOLE,
    tail: control,
    problems: Array.from({ length: 300 }, (_, i) => `${i} ${control}`),
    warnings: [control, control],
    metrics: Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`${'m'.repeat(100)}${i}`, i])),
    notKept: { files: 9, bytes: 9, named: Array(8).fill({ path: control, files: 1, bytes: 1, why: 'limit' }) },
  };
  const read = readHostFinal(long);
  expect(bytes(read)).toBeLessThanOrEqual(LAST_WORD_BYTES);
  const { code, step, checkpoint, outputs, notice, notKept } = WHOLE;
  expect(read).toMatchObject({
    code,
    step,
    checkpoint,
    outputs,
    notice,
    notKept: { ...notKept, files: 9, bytes: 9, named: [] },
  });
});

it('is small, and the same when it is read again, whatever was said', () => {
  const fields = Object.fromEntries(
    Object.entries(WHOLE).map(([name, value]) => [name, fc.oneof(fc.constant(value), fc.jsonValue({ maxDepth: 3 }))]),
  );
  fc.assert(
    fc.property(fc.oneof({ weight: 9, arbitrary: fc.record(fields, { requiredKeys: [] }) }, fc.jsonValue()), (said) => {
      const read = readHostFinal(said);
      expect(bytes(read ?? null)).toBeLessThanOrEqual(LAST_WORD_BYTES);
      expect(readHostFinal(read)).toEqual(read);
    }),
    { numRuns: 1000 },
  );
});
