import {
  type FoundResource,
  type JudgedResource,
  type Judgement,
  outlived,
  type RunState,
  TAGS,
  taggedRunId,
} from '../../contract';

/** How old what names an unknown run must be: Temporal may not show a workflow yet that has just been started. */
export const MIN_AGE_MS = 10 * 60 * 1000;

/** Whose resources are judged. */
export interface Owner {
  installation: string;
  /** UUID of the Temporal namespace. */
  namespaceId: string;
}

/** States in which nobody's doing is needed any more. */
const GOING: Record<FoundResource['kind'], ReadonlySet<string>> = {
  instance: new Set(['shutting-down', 'terminated', 'gone']),
  volume: new Set(['deleting', 'deleted']),
  'spot-request': new Set(['closed', 'cancelled', 'failed']),
};

/** It ends without anybody's doing. */
export const isGoing = ({ kind, state }: Pick<FoundResource, 'kind' | 'state'>): boolean => GOING[kind].has(state);

const leave = (reason: Extract<Judgement, { end: false }>['reason']): Judgement => ({ end: false, reason });
const end = (reason: Extract<Judgement, { end: true }>['reason']): Judgement => ({ end: true, reason });

/** A tag that protects does so whatever its value, unless that plainly says no. */
const says = (tags: Record<string, string>, tag: string): boolean =>
  tags[tag] !== undefined && !/^(false|no|0)$/i.test(tags[tag].trim());

/** The workflow id that a resource names; undefined when it names no run. */
export function runOf({ tags }: Pick<FoundResource, 'tags'>): string | undefined {
  return tags[TAGS.runKey] ? taggedRunId(tags) : undefined;
}

/**
 * Whether the reconciler ends a resource. In doubt it does not: what it leaves alone is ended by the undo of its run, by its
 * host's own timer, or by a later pass.
 *
 * @param run what Temporal said of the workflow id that the resource's tag names; read after the resource was
 * @param now epoch milliseconds
 */
export function judge(resource: FoundResource, owner: Owner, run: RunState, now: number): Judgement {
  const { kind, state, tags } = resource;
  if (tags[TAGS.installation] !== owner.installation || tags[TAGS.namespace] !== owner.namespaceId)
    return leave('not-ours');
  if (says(tags, TAGS.protected)) return leave('protected');
  if (says(tags, TAGS.persistent)) return leave('persistent');
  if (runOf(resource) === undefined) return leave('no-run');
  if (isGoing(resource)) return leave('going');
  if (kind === 'volume' && (state !== 'available' || (resource.attachedTo ?? []).length > 0)) return leave('attached');
  return judgeByRun(resource, run, now);
}

function judgeByRun({ tags, createdAt }: FoundResource, run: RunState, now: number): Judgement {
  switch (run.kind) {
    case 'silent':
      return leave('temporal-silent');
    case 'unknown':
      if (createdAt !== undefined && now - createdAt >= MIN_AGE_MS) return end('unknown-run');
      return endIfOutlived(tags, {}, { answers: false }, now) ?? leave('too-young');
    case 'closed':
      // A workflow id is open at most once: when its newest run has closed, so have all before it.
      return end('closed-run');
    case 'open': {
      // Nobody's answer is a reason to let an instance cost money past its own limits.
      const late = (answers: boolean) => endIfOutlived(tags, run.limits ?? {}, { answers }, now);
      if (run.runKey === undefined) return late(false) ?? leave('no-answer');
      if (run.runKey !== tags[TAGS.runKey]) return end('closed-run');
      if (run.retired === undefined) return late(false) ?? leave('no-answer');
      const attempt = tags[TAGS.attempt] ?? '';
      if (!/^[1-9]\d*$/.test(attempt)) return leave('no-run');
      if (run.retired.includes(Number(attempt))) return end('retired-attempt');
      if (run.ended?.includes(Number(attempt))) return end('ended-attempt');
      return late(true) ?? leave('open-run');
    }
  }
}

/**
 * Whether an end hangs on it that an open run did not answer: one that does has longer for its last upload. A worker that is busy
 * answers late, and such a run is asked once more, and waited for.
 */
export function hangsOnSilence(resource: FoundResource, run: RunState, now: number): boolean {
  if (run.kind !== 'open' || (run.runKey !== undefined && run.retired !== undefined)) return false;
  return outlived(resource.tags, run.limits ?? {}, { answers: true }, now) === undefined;
}

function endIfOutlived(...args: Parameters<typeof outlived>): Judgement | undefined {
  const reason = outlived(...args);
  return reason && end(reason);
}

/** A resource with the verdict that somebody has to end it. */
export function judged(
  { kind, id, region, tags }: FoundResource,
  run: string,
  reason: JudgedResource['reason'],
): JudgedResource {
  const attempt = Number(tags[TAGS.attempt]);
  return { kind, id, region, run, reason, ...(Number.isInteger(attempt) ? { attempt } : {}) };
}
