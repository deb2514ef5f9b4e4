import { ActivityFailure, patched, workflowInfo } from '@temporalio/workflow';
import { isModest, LARGEST_INPUT } from '../../contract';
import { shorten } from '../rules/texts';
import { GivenUp, rootMessage } from './shared/failures';
import { resolveRun } from './shared/steps';
import { unlessOver } from './shared/waiting';
import type { Run } from './state/run';
import { heedTimeouts } from './timeouts';

/** Checks the input and fills in all that is not said. Nothing exists yet, so whatever goes wrong here leaves nothing. */
export async function resolve(run: Run, input: unknown): Promise<void> {
  if (!isModest(input, LARGEST_INPUT) && patched('input-of-bounded-size')) {
    const most = `${LARGEST_INPUT / 1024} KiB`;
    const reason = `the run spec is too large, or nested too deep: at most ${most} of JSON can be read; move long commands and values into files of the code`;
    run.decide({ outcome: 'invalid', reason });
    return;
  }
  const { workflowId, runId } = workflowInfo();
  const args = { input, workflowId, runId };
  try {
    const answer = await unlessOver(run, resolveRun('validate the spec; find image and prices', args));
    run.webhook = answer.webhook === true;
    if (answer.kind === 'ok') {
      run.resolve(answer);
      heedTimeouts(run);
    } else run.decide({ outcome: 'invalid', reason: shorten(answer.message, 4000) });
  } catch (error) {
    if (error instanceof GivenUp) return;
    if (!(error instanceof ActivityFailure)) throw error;
    run.decide({ outcome: 'failed', reason: `the run could not be prepared: ${rootMessage(error)}` });
  }
}
