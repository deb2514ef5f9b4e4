import { parseRunSpec } from '../../../contract/schema';
import { isStepAnswer } from '../../../workflows/rules/step-answers';

const specOf = (input: object) => parseRunSpec({ command: 'x', ...input }, { instanceTypes: ['m5.large'] });

const answer = (spec: unknown) => ({
  kind: 'ok',
  run: { workflowId: 'w', runKey: 'k', installation: 'i', namespaceId: 'n' },
  spec,
  placements: [],
  region: 'us-east-1',
  bucket: 'b',
  prefix: '',
  diskUsdPerGiBMonth: 0.08,
});

const DAY = 86_400;

/** The largest that the schema takes of each number, and one more than that; what else such a spec needs, in `beside`. */
const LARGEST: [path: string, most: number, more: number, beside?: object][] = [
  ['steps', 1e12, 1e12 + 1],
  ['checkpoints.every', Number.MAX_SAFE_INTEGER / 1000, 1e13],
  ['checkpoints.keep', 1000, 1001],
  ['checkpoints.grace', 3600, 3601],
  ['resources.disk', 16_384, 16_385],
  ['limits.maxDuration', 30 * DAY, 30 * DAY + 1],
  ['limits.maxCostUsd', 1e6, 1e6 + 1],
  ['limits.capacityWait', 30 * DAY, 30 * DAY + 1, { maxDuration: '30d' }],
  ['limits.startTimeout', 30 * DAY, 30 * DAY + 1, { maxDuration: '30d' }],
  ['limits.unreachable', 30 * DAY, 30 * DAY + 1, { maxDuration: '30d' }],
  ['limits.lease', DAY, 30 * DAY + 1, { maxDuration: '30d' }],
  ['retry.interruptions', 1000, 1001],
  ['retry.failures', 100, 101],
  ['alerts.noCheckpointFor', 30 * DAY, 30 * DAY + 1],
  ['alerts.noStepFor', 30 * DAY, 30 * DAY + 1],
  ['hold.for', 7 * DAY, 7 * DAY + 1],
];

test.each(LARGEST)('a spec with the largest %s that there is, is an answer', (path, most, more, beside = {}) => {
  const [first = '', second] = path.split('.');
  const input = (value: number) => ({ [first]: second === undefined ? value : { ...beside, [second]: value } });
  const parsed = specOf(input(most));
  expect(parsed).toMatchObject({ ok: true });
  if (parsed.ok) expect(isStepAnswer('resolveRun', answer(parsed.spec))).toBe(true);
  expect(specOf(input(more)).ok).toBe(false);
});

test('one with what no schema takes is none', () => {
  const parsed = specOf({});
  if (!parsed.ok) throw new Error(parsed.message);
  const { spec } = parsed;
  expect(isStepAnswer('resolveRun', answer(spec))).toBe(true);
  for (const steps of [-1, 1e13, '5', Number.NaN])
    expect(isStepAnswer('resolveRun', answer({ ...spec, steps }))).toBe(false);
  const limits = { ...spec.limits, maxDurationSeconds: 1e12 };
  expect(isStepAnswer('resolveRun', answer({ ...spec, limits }))).toBe(false);
});
