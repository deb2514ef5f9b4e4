import type { Payload } from '@temporalio/common';
import fc from 'fast-check';
import { payload } from './driven';

/** What people and programs may send to a workflow: any JSON, what is nearly right, what is huge or deep, what is no JSON at all. */

const NUMBERS = [0, -1, 1.5, 9e12, 9e15, 1e308, -1e308, Number.MAX_SAFE_INTEGER, 2 ** 53, 5e-324];
const TEXTS = [
  '',
  '2h',
  '+2h',
  '9000000000000',
  `1w${' '.repeat(50_000)}x`,
  '\ud800',
  '\u0000',
  '__proto__',
  'x'.repeat(300_000),
];

const any = fc.oneof(
  fc.jsonValue({ maxDepth: 4 }),
  fc.constantFrom<unknown>(...NUMBERS),
  fc.constantFrom<unknown>(...TEXTS),
);

/** An object of which each field is right, or anything, or missing. */
const about = (fields: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<unknown> =>
  fc.record(
    Object.fromEntries(
      Object.entries(fields).map(([name, right]) => [name, fc.oneof({ weight: 4, arbitrary: right }, any)]),
    ),
    { requiredKeys: [] },
  );

const number = fc.oneof(fc.nat(), fc.constantFrom(...NUMBERS));
const when = fc.constantFrom('2026-11-30T00:00:00Z', '+275760-09-13T00:00:00Z', '-271821-04-20T00:00:00Z', 'soon', '');
const KINDS = [
  'notice',
  'disconnected',
  'reconnected',
  'first-step',
  'checkpoint-failed',
  'alert',
  'eta',
  'warning',
  'uploading',
  'stalled',
];

const hostEvent = about({
  attempt: fc.constantFrom(1, 1, 1, 2),
  node: fc.constant(0),
  epoch: number,
  sequence: number,
  event: about({
    kind: fc.constantFrom(...KINDS),
    notice: about({ source: fc.constant('spot'), action: fc.constant('terminate'), time: when }),
    why: any,
    address: any,
    step: number,
    number,
    alert: fc.constantFrom('nan', 'metrics'),
    message: fc.string(),
    at: when,
  }),
});

const extend = about({ duration: fc.oneof(number, fc.constantFrom(...TEXTS)), costUsd: number });

const raw = (encoding: string, data: string): Payload => ({
  metadata: { encoding: Buffer.from(encoding) },
  data: Buffer.from(data),
});

/** JSON that nobody wrote by hand: deep, wide, long, and what takes an expression that looks for blanks for ever. */
const large = fc.constantFrom<Payload>(
  raw('json/plain', `${'['.repeat(100_000)}1${']'.repeat(100_000)}`),
  raw('json/plain', `${'{"mode":'.repeat(20_000)}1${'}'.repeat(20_000)}`),
  payload(Array.from({ length: 50_000 }, (_, i) => i)),
  payload('x'.repeat(1_500_000)),
  payload({ duration: `1w${' '.repeat(50_000)}x`, mode: 'x'.repeat(50_000) }),
);

/** What the Temporal UI, other SDKs and `grpcurl` send besides. */
const noJson = fc.constantFrom<Payload>(
  raw('json/protobuf', '{"mode":"soon"}'),
  raw('json/protobuf', 'no JSON'),
  raw('json/plain', '{'),
  raw('json/plain', ''),
  raw('binary/protobuf', '\u0000'),
  raw('binary/plain', 'bytes'),
  raw('binary/null', ''),
  raw('', '1'),
  { data: Buffer.from('[]') },
  { metadata: {} },
  {},
);

const some = (value: fc.Arbitrary<unknown>): fc.Arbitrary<Payload> =>
  fc.oneof(
    { weight: 180, arbitrary: value.map(payload) },
    { weight: 19, arbitrary: noJson },
    { weight: 1, arbitrary: large },
  );

/** Arguments, mostly one. */
const args = (value: fc.Arbitrary<unknown>): fc.Arbitrary<Payload[]> =>
  fc.oneof({ weight: 9, arbitrary: some(value).map((one) => [one]) }, fc.array(some(value), { maxLength: 3 }));

/** What may come with each message. Nothing of it is a stop, but for those of `stop` itself. */
export const ARGS = {
  hostEvent: args(fc.oneof({ weight: 3, arbitrary: hostEvent }, any)),
  extend: args(fc.oneof({ weight: 3, arbitrary: extend }, any)),
  stop: args(fc.oneof(about({ mode: fc.constantFrom('soon', 'graceful', 'now') }), any)),
  any: args(any),
};

/** A stop that nobody can mean. */
export const noStop = fc
  .oneof(
    fc.record({ mode: any.filter((mode) => mode !== null && mode !== undefined) }),
    any.filter((value) => value !== null && (typeof value !== 'object' || Array.isArray(value))),
  )
  .map((value) => [payload(value)]);

export const signalName = fc.oneof(
  fc.string({ minLength: 1 }),
  fc.constantFrom('Stop', '__temporal_x', '__proto__', 'constructor', 'x'.repeat(900)),
);
