import type { NodeRef, SuperviseResult } from '../../contract';
import type { ActivityDeps } from '../deps';
import { readFinal } from './final';
import { finalResult } from './result';
import { fold, startingView, type View } from './view';

/**
 * What a host that finished while nobody was attached has left as its last word in S3, if it has.
 * @param view what is known of it beside
 */
export async function lastWord(
  { store, settings }: Pick<ActivityDeps, 'store' | 'settings'>,
  node: NodeRef,
  view: View = startingView(),
): Promise<SuperviseResult | undefined> {
  const final = await readFinal(store, settings.prefix, node);
  return final && finalResult(fold(view, { t: 'final', final }, node), final);
}
