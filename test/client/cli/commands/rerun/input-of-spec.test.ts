import { inputOfSpec } from '../../../../../client/cli/commands/rerun/input-of-spec';
import { parseRunSpec } from '../../../../../contract/schema';

const defaults = { instanceTypes: ['m5.large'], project: 'p' };

describe('rerun', () => {
  it('types a resolved spec so that it resolves to itself', () => {
    const parsed = parseRunSpec(
      {
        name: 'a',
        command: ['x'],
        code: { snapshot: 'a'.repeat(64) },
        env: { A: 1 },
        outputs: [{ from: 'out/', to: 's3://bucket/results/' }],
        checkpoints: { every: '5m', signal: 'SIGUSR1' },
        resources: { market: 'spot-then-on-demand', disk: '80GiB' },
        limits: { maxDuration: '90m', maxCostUsd: 3 },
        retry: { exitCodes: [75] },
        steps: 500,
        alerts: { nan: 'stop', noCheckpointFor: '30m', noStepFor: '90s' },
      },
      defaults,
    );
    if (!parsed.ok) throw new Error(parsed.message);
    const again = parseRunSpec(JSON.parse(JSON.stringify(inputOfSpec(parsed.spec))), defaults);
    expect(again).toEqual(parsed);
  });

  it.each(['5GiB', '1B', '1500B', '2.5GiB', '100KiB'])('keeps a limit of outputs of %s', (limit) => {
    const parsed = parseRunSpec({ command: 'x', outputs: { limit } }, defaults);
    if (!parsed.ok) throw new Error(parsed.message);
    expect(parseRunSpec(inputOfSpec(parsed.spec), defaults)).toEqual(parsed);
  });

  it.each([0.5, 90, 5400, 86_400.25])('keeps a duration of %p seconds', (seconds) => {
    const parsed = parseRunSpec({ command: 'x', limits: { maxDuration: seconds } }, defaults);
    if (!parsed.ok) throw new Error(parsed.message);
    expect(parseRunSpec(inputOfSpec(parsed.spec), defaults)).toEqual(parsed);
  });
});
