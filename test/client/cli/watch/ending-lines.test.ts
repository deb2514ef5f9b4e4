import { Renderer } from '../../../../client/cli/terminal/renderer';
import { endingLines } from '../../../../client/cli/watch/ending-lines';
import { view } from '../../support/status-fixture';
import { output } from '../support/screen';

describe('the end of a run', () => {
  const result = {
    run: 'digits-7k2f',
    attemptCount: 2,
    interruptions: 1,
    resumedFromStep: 431,
    finalStep: 1000,
    costUsd: 0.0034,
    leftovers: 0,
    seconds: 41,
  };

  it('is one line when it went well', () => {
    const lines = endingLines(new Renderer(output().out), view({ onDemandUsd: 0.0114 }), {
      ...result,
      outcome: 'succeeded',
      stepsLost: 0,
    });
    expect(lines).toEqual([
      'succeeded in 41 s · 2 attempts, 1 interruption, 0 steps lost · $0.0034 (on-demand: $0.0114)',
    ]);
  });

  it('brings the reason with the last lines of the program, harmless to a terminal, when it did not', () => {
    const reason = 'the command exited 1\nTraceback\n\u001b[2JValueError: no';
    const lines = endingLines(new Renderer(output().out), view(), { ...result, outcome: 'failed', reason });
    expect(lines.slice(1)).toEqual(['  the command exited 1', '  Traceback', '  ValueError: no']);
  });
});
