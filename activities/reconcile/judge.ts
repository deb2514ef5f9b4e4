import {
  type FoundResource,
  type JudgedResource,
  type Judgement,
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
  if (GOING[kind].has(state)) return leave('going');
  if (kind === 'volume' && (state !== 'available' || (resource.attachedTo ?? []).length > 0)) return leave('attached');
  return judgeByRun(resource, run, now);
}

function judgeByRun({ tags, createdAt }: FoundResource, run: RunState, now: number): Judgement {
  switch (run.kind) {
    case 'silent':
      return leave('temporal-silent');
    case 'unknown':
      return createdAt !== undefined && now - createdAt >= MIN_AGE_MS ? end('unknown-run') : leave('too-young');
    case 'closed':
      // A workflow id is open at most once: when its newest run has closed, so have all before it.
      return end('closed-run');
    case 'open': {
      if (run.runKey === undefined) return leave('no-answer');
      if (run.runKey !== tags[TAGS.runKey]) return end('closed-run');
      if (run.retired === undefined) return leave('no-answer');
      const attempt = tags[TAGS.attempt] ?? '';
      if (!/^[1-9]\d*$/.test(attempt)) return leave('no-run');
      return run.retired.includes(Number(attempt)) ? end('retired-attempt') : leave('open-run');
    }
  }
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
