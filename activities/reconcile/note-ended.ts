import { END_REASONS, type EndedInstance, type EndReason, endedPrefix, type FoundResource, TAGS } from '../../contract';
import { type ActivityDeps, messageOf } from '../step';

/**
 * Notes in S3 when an instance was seen gone: of a run that Temporal has ended nobody else says until when it cost money. Nothing
 * hangs on it.
 *
 * @param at epoch milliseconds
 */
export async function noteEnded(
  { store, settings, log }: Pick<ActivityDeps, 'store' | 'settings' | 'log'>,
  { kind, id, tags }: FoundResource,
  reason: EndReason,
  at: number,
): Promise<void> {
  const runKey = tags[TAGS.runKey];
  if (kind !== 'instance' || !runKey || !/^[0-9a-f]{16}$/.test(runKey)) return;
  const attempt = Number(tags[TAGS.attempt]);
  const note: EndedInstance = {
    instance: id,
    ...(Number.isInteger(attempt) ? { attempt } : {}),
    at: new Date(at).toISOString(),
    reason: END_REASONS[reason],
  };
  await store
    .put(`${endedPrefix(settings.prefix, runKey)}${id}.json`, `${JSON.stringify(note)}\n`, {
      contentType: 'application/json',
    })
    .catch((error: unknown) => log.warn({ instance: id, error: messageOf(error) }, 'its end could not be noted'));
}
