import { leftLine } from '../../../../client/cli/watch/finish-run';

describe('what is told of an ended run', () => {
  it('says what is left by name', () => {
    expect(leftLine({ instances: [], volumes: [], spotRequests: [] })).toBe(
      'nothing: 0 instances, 0 volumes, 0 spot requests (asked EC2)',
    );
    expect(leftLine({ instances: ['i-1'], volumes: [], spotRequests: ['sir-1'] })).toContain('i-1 sir-1');
  });
});
