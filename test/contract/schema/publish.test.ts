import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { RunListEntry, RunResult, RunStatus } from '../../../contract';
import { listAnswer, parseRunSpec, publishedSchemas, resultAnswer, statusAnswer } from '../../../contract/schema';
import { SPEC_KEYS } from '../../../contract/schema/run';

const FOLDER = path.resolve(__dirname, '../../../schema');
const file = (name: string) => JSON.parse(readFileSync(path.join(FOLDER, name), 'utf8'));

test('the committed schemas are current (node scripts/schema.mjs writes them)', () => {
  const published = publishedSchemas();
  expect(readdirSync(FOLDER).sort()).toEqual(Object.keys(published).sort());
  for (const [name, schema] of Object.entries(published))
    expect(file(name)).toEqual(JSON.parse(JSON.stringify(schema)));
});

/** `key` of a part, or of the one of its forms that has it. */
// biome-ignore lint/suspicious/noExplicitAny: a JSON Schema
const form = (part: any, key: string): any =>
  part[key] ?? part.anyOf.find((one: Record<string, unknown>) => one[key])[key];

describe('run.v1.json', () => {
  const schema = file('run.v1.json');
  const editors = z.fromJSONSchema(schema);

  test('describes every key, and the keys that faults suggest are the ones there are', () => {
    for (const [place, keys] of Object.entries(SPEC_KEYS)) {
      const name = place.replace('[]', '');
      const part =
        name === '' ? schema : name.split('.').reduce((above, key) => form(above, 'properties')[key], schema);
      const object = place.endsWith('[]') ? form(part, 'items') : { properties: form(part, 'properties') };
      expect([place, Object.keys(object.properties)]).toEqual([place, [...keys]]);
      for (const key of keys) {
        expect([place, key, typeof object.properties[key].description]).toEqual([place, key, 'string']);
      }
    }
  });

  test('tells defaults and examples as people write them', () => {
    expect(schema.properties.limits.properties.maxDuration).toMatchObject({
      default: '24h',
      examples: ['90s', '30m', '1h30m'],
    });
    expect(schema.properties.resources.properties.disk.default).toBe('50GiB');
    expect(schema.properties.env.examples).toEqual([{ OMP_NUM_THREADS: 4 }]);
    expect(schema.required).toEqual(['command']);
  });

  test.each([
    { command: 'x' },
    { command: ['a', 5], setup: 'make', code: { dir: '.' }, resources: { instanceTypes: 'g5.xlarge', disk: 50 } },
    { command: 'x', setup: ['a'], env: { A: 1, B: true }, limits: { maxDuration: '1h 30m', maxCostUsd: 0.5 } },
    {
      command: 'x',
      setup: { requirements: 'none', commands: 'a' },
      resources: { instanceTypes: ['g5.xlarge'], zones: [] },
    },
    { command: 'x', outputs: { limit: '500 MiB' } },
    { command: 'x', inputs: [{ from: 's3://bucket/a/', to: 'd' }], outputs: [{ from: 'o', to: 's3://bucket/o/' }] },
  ])('lets pass what is right: %j', (input) => {
    expect(editors.safeParse(input)).toMatchObject({ success: true });
    const uploaded = 'code' in input ? { ...input, code: { snapshot: 'a'.repeat(64) } } : input;
    expect(parseRunSpec(uploaded, { instanceTypes: ['a.b'] })).toMatchObject({ ok: true });
  });

  test.each([
    {},
    { command: '' },
    { command: 'x', comand: 'y' },
    { command: 'x', limits: { maxDuration: 'banana' } },
    { command: 'x', resources: { market: 'cheap' } },
    { command: 'x', retry: { failures: 1.5 } },
  ])('marks what is wrong: %j', (input) => expect(editors.safeParse(input)).toMatchObject({ success: false }));
});

const placement = {
  region: 'us-east-1',
  zone: 'us-east-1a',
  instanceType: 'g5.xlarge',
  market: 'spot' as const,
  hourlyUsd: 0.34,
  onDemandHourlyUsd: 1.006,
  priceSource: 'spot price history',
};
const at = '2026-11-23T04:00:00.000Z';
const status: Required<RunStatus> = {
  run: 'digits-7k2f',
  runKey: '0123456789abcdef',
  name: 'digits',
  project: 'demo',
  installation: 'default',
  cloud: 'local',
  region: 'us-east-1',
  bucket: 'trainctl',
  prefix: '',
  phase: 'ended',
  outcome: 'succeeded',
  reason: 'exit 0',
  startedAt: at,
  endedAt: at,
  deadlineAt: at,
  maxCostUsd: 0.5,
  checkpointAsked: { count: 2, answer: { reason: 'there is nothing in checkpoints yet' } },
  costUsd: 0.0034,
  onDemandUsd: 0.0114,
  attemptCount: 2,
  interruptions: 1,
  failures: 0,
  retiredAttempts: [1],
  heldUntil: at,
  attempts: [
    {
      number: 1,
      placement,
      tries: [
        { try: 1, placement, code: 'InsufficientInstanceCapacity', message: 'none', kind: 'capacity', at },
        { try: 2, placement, at },
      ],
      instanceId: 'i-0a1b2c3d4e',
      address: '127.12.8.3',
      port: 2022,
      user: 'ubuntu',
      hostKey: 'ssh-ed25519 AAAA',
      stages: [{ name: 'launch', state: 'done', startedAt: at, endedAt: at, detail: 'i-0a1b2c3d4e' }],
      notice: { source: 'spot', action: 'terminate', time: at },
      scheduled: { source: 'maintenance', action: 'system-reboot', time: at },
      disconnectedSince: at,
      disconnectedWhy: 'proved another host key',
      ended: 'interrupted',
      reason: 'spot notice',
      exitCode: 143,
      restored: { step: 10, attempt: 1, key: 'runs/w', number: 1, at, suspect: 'w was open' },
      failedToResume: true,
      firstStep: 11,
      lastStep: 440,
      stepsAnew: true,
      resumedFromStep: 10,
      stepsLost: 3,
      lastCheckpoint: { step: 431, attempt: 1, key: 'runs/x', bytes: 3_600_000 },
      launchedAt: at,
      terminatedAt: at,
      costUsd: 0.001,
    },
    { number: 2, tries: [], stages: [], costUsd: 0 },
  ],
  lastCheckpoint: { step: 1000, attempt: 2, key: 'runs/y' },
  resumedFromStep: 431,
  finalStep: 1000,
  lastMetrics: { step: 1000, loss: 0.087, grad: 'NaN', best: '-Infinity' },
  notFinite: [
    {
      name: 'grad',
      value: 'NaN',
      times: 8,
      spells: 1,
      firstLine: 4,
      firstStep: 4,
      lastStep: 11,
      sinceStep: null,
      ongoing: false,
    },
  ],
  unreadableMetrics: { lines: 3, firstLine: 7, why: 'it is JSON, but no object' },
  steps: 1000,
  etaAt: at,
  ending: { outcome: 'cancelled', reason: 'asked', mode: 'graceful' },
  cleanupPending: 'i-1 still runs',
  cut: 'terminated',
  leastUsd: true,
  stillCosts: { ids: ['i-1'], hourlyUsd: 0.36, endsBy: at, leaseEndsBy: at, unknown: 'no route' },
  warnings: [{ at, message: '80 % of the budget is spent' }],
  outputs: [{ from: 'outputs', to: 's3://b/o/', files: 2, bytes: 10 }],
  notKept: { files: 1, bytes: 5, named: [{ path: 'a', files: 1, bytes: 5, why: 'limit' }] },
};
const result: RunResult = {
  outcome: 'succeeded',
  run: 'digits-7k2f',
  attemptCount: 2,
  interruptions: 1,
  resumedFromStep: 431,
  stepsLost: 9,
  finalStep: 1000,
  costUsd: 0.0034,
  leftovers: 0,
  seconds: 41.2,
  notKept: { files: 1, bytes: 5, named: [{ path: 'a/', files: 1, bytes: 5, why: 'unnamed' }] },
};

describe.each([
  ['status.v1.json', statusAnswer as z.ZodType, status],
  ['result.v1.json', resultAnswer as z.ZodType, result],
])('%s', (name, schema, sample) => {
  const published = z.fromJSONSchema(file(name));

  test('lets a whole answer pass, as it is', () => {
    expect(schema.parse(sample)).toEqual(sample);
    expect(published.safeParse(sample)).toMatchObject({ success: true });
  });

  test('lets an answer pass that has grown', () => {
    expect(published.safeParse({ ...sample, newKey: 1 })).toMatchObject({ success: true });
  });

  test('does not let pass an answer that lacks what it must have', () => {
    const { run: _run, ...without } = sample;
    expect(published.safeParse(without)).toMatchObject({ success: false });
    expect(published.safeParse({ ...sample, outcome: 'fine' })).toMatchObject({ success: false });
  });
});

test('ls.v1.json: runs in short, which may grow, and lack nothing', () => {
  const entry: RunListEntry = {
    run: 'digits-7k2f',
    runKey: '0123456789abcdef',
    name: 'digits',
    project: 'examples',
    phase: 'launching',
    outcome: null,
    attemptCount: 1,
    placement: null,
    step: null,
    costUsd: null,
    startedAt: '2026-11-23T12:00:00.000Z',
    endedAt: null,
    cleanupPending: false,
  };
  const published = z.fromJSONSchema(file('ls.v1.json'));
  expect(listAnswer.parse([entry])).toEqual([entry]);
  for (const one of [entry, { ...entry, newKey: 1 }])
    expect(published.safeParse([one])).toMatchObject({ success: true });
  for (const key of Object.keys(entry)) {
    const lacks = Object.fromEntries(Object.entries(entry).filter(([name]) => name !== key));
    expect([key, published.safeParse([lacks]).success]).toEqual([key, false]);
  }
});
