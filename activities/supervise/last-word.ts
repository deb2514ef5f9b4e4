import { classify } from '../../adapters/aws';
import type { Host, SuperviseResult } from '../../contract';
import { type ActivityDeps, messageOf } from '../step';
import { readFinal } from './final';
import { finalResult } from './result';
import { fold, startingView, type View } from './view';

/**
 * What a host that finished while nobody was attached has left as its last word in S3, if it has. A refusal counts as none:
 * without the right to list, S3 says AccessDenied of what is not there. So does a word of another instance: after a reset of the
 * workflow, an attempt of the execution before may have left one here.
 * @param view what is known of it beside
 * @throws when S3 cannot be read now: a finished command must not be run again because of that
 */
export async function lastWord(
  { store, settings, log }: Pick<ActivityDeps, 'store' | 'settings' | 'log'>,
  { node, instanceId }: Pick<Host, 'node' | 'instanceId'>,
  view: View = startingView(),
): Promise<SuperviseResult | undefined> {
  const final = await readFinal(store, settings.prefix, node).catch((error: unknown) => {
    if (classify(error) !== 'refusal') throw error;
    log.warn({ error: messageOf(error) }, 'S3 refused to read the last word of a host');
    return undefined;
  });
  if (!final) return undefined;
  if (final.instance !== undefined && final.instance !== instanceId) {
    log.warn({ instance: instanceId, wrote: final.instance }, 'the last word that is there is of another instance');
    return undefined;
  }
  return finalResult(fold(view, { t: 'final', final }, node), final);
}
