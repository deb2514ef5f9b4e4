import { setTimeout as sleep } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import { hostDir, type StopRequest, type TrainingActivities } from '../../contract';
import { askAgent } from '../host';
import { type ActivityDeps, messageOf, withHeartbeat } from '../step';
import { lastWord } from '../supervise';

/** A last word that has been said is in S3 a moment later. Milliseconds. */
const WORD_MS = 5_000;
const LOOK_MS = 250;

/**
 * Tells the agent to stop the process, unless it has said its last word already; `supervise`, or a second call, sees how it
 * ends. A process that is over is no error.
 */
export function createStopTraining(deps: ActivityDeps): TrainingActivities['stopTraining'] {
  return ({ host, mode, graceSeconds, reason }) =>
    withHeartbeat(async (beat) => {
      const look = (): ReturnType<typeof lastWord> =>
        lastWord(deps, host).catch((error: unknown) => {
          deps.log.warn({ error: messageOf(error) }, 'could not look for the last word of a host that is to stop');
          return undefined;
        });
      const said = await look();
      if (said) return said;
      const dir = hostDir(host.node.runKey, host.node.attempt, host.node.node);
      const request: StopRequest = { dir, mode, graceSeconds, ...(reason && { reason }) };
      const { phase } = await askAgent(deps, { host, verb: 'stop', request, beat, what: 'stop failed' });
      // It was over before: whoever heard its word may have died of it.
      for (const until = Date.now() + WORD_MS; phase === 'final' && Date.now() < until; ) {
        const word = await look();
        if (word) return word;
        await sleep(LOOK_MS, undefined, { signal: Context.current().cancellationSignal });
      }
      return undefined;
    });
}
