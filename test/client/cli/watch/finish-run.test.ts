import { leftLine, stepsLost } from '../../../../client/cli/watch/finish-run';
import type { Live } from '../../../../contract';
import { at, attempt } from '../../support/status-fixture';

const live = (more: Partial<Live>): Live => ({
  at: at(59),
  attempt: 1,
  node: 0,
  phase: 'training',
  logBytes: 0,
  logUploaded: 0,
  ...more,
});

describe('what is told of an ended run', () => {
  it('says what is left by name', () => {
    expect(leftLine({ instances: [], volumes: [], spotRequests: [] })).toBe(
      'nothing: 0 instances, 0 volumes, 0 spot requests (asked EC2)',
    );
    expect(leftLine({ instances: ['i-1'], volumes: [], spotRequests: ['sir-1'] })).toContain('i-1 sir-1');
  });

  it('counts the steps that were done twice, when the hosts have said them', async () => {
    const steps: Record<number, number | undefined> = { 1: 440, 2: 600 };
    const handle = {
      live: async (number: number) => (steps[number] === undefined ? undefined : live({ step: steps[number] })),
    };
    const attempts = [attempt(1), attempt(2, { resumedFromStep: 431 }), attempt(3, { resumedFromStep: 600 })];
    expect(await stepsLost(handle, { attempts })).toBe(9);
    expect(await stepsLost(handle, { attempts: [attempt(1)] })).toBeUndefined();
    steps[1] = undefined;
    expect(await stepsLost(handle, { attempts })).toBeUndefined();
  });
});
