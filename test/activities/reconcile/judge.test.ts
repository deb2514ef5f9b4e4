import fc from 'fast-check';
import { judge, MIN_AGE_MS, type Owner, runOf } from '../../../activities/reconcile/judge';
import { type FoundResource, limitTags, nodeTags, type RunState, TAGS } from '../../../contract';

const NOW = 1_800_000_000_000;
const OWNER: Owner = { installation: 'mine', namespaceId: 'ns-1' };
const KEY = '0123456789abcdef';
const TAGGED = nodeTags({ ...OWNER, workflowId: 'digits', runKey: KEY, attempt: 2, node: 0 }, 'demo');
const instance = (over: Partial<FoundResource> = {}): FoundResource => ({
  kind: 'instance',
  id: 'i-1',
  region: 'us-east-1',
  state: 'running',
  tags: TAGGED,
  createdAt: NOW - 3_600_000,
  ...over,
});
const tagged = (tags: Record<string, string>): FoundResource => instance({ tags: { ...TAGGED, ...tags } });
const CLOSED: RunState = { kind: 'closed' };
const verdict = (resource: FoundResource, run: RunState): string => {
  const { end, reason } = judge(resource, OWNER, run, NOW);
  return `${end ? 'end' : 'leave'} ${reason}`;
};

it('names its run by any id that Temporal takes', () => {
  for (const workflowId of ['digits', 'nightly-2026-11-27T03:00:00Z', 'a=b\0', '训'.repeat(333)]) {
    const tags = nodeTags({ ...OWNER, workflowId, runKey: KEY, attempt: 1, node: 0 }, 'demo');
    expect(runOf({ tags })).toBe(workflowId);
  }
  expect(runOf(tagged({ [TAGS.run]: '=FF' }))).toBeUndefined();
});

describe('by its run', () => {
  it.each<[string, RunState, string]>([
    ['closed', CLOSED, 'end closed-run'],
    ['open, and the newest of another run of that id', { kind: 'open', runKey: 'f'.repeat(16) }, 'end closed-run'],
    ['open, attempt retired', { kind: 'open', runKey: KEY, retired: [1, 2] }, 'end retired-attempt'],
    ['open, only another attempt retired', { kind: 'open', runKey: KEY, retired: [1] }, 'leave open-run'],
    ['open, attempt being undone', { kind: 'open', runKey: KEY, retired: [], ended: [2] }, 'end ended-attempt'],
    ['open, another being undone', { kind: 'open', runKey: KEY, retired: [], ended: [1, 3] }, 'leave open-run'],
    ['of another key, being undone', { kind: 'open', ended: [2] }, 'leave no-answer'],
    ['open, and nobody answers', { kind: 'open', runKey: KEY }, 'leave no-answer'],
    ['open, of unknown key', { kind: 'open', retired: [2] }, 'leave no-answer'],
    ['unknown, and old', { kind: 'unknown' }, 'end unknown-run'],
    ['not told', { kind: 'silent', why: 'down' }, 'leave temporal-silent'],
  ])('%s', (_, run, expected) => {
    expect(verdict(instance(), run)).toBe(expected);
  });

  it('an unknown run has a grace of ten minutes, a closed one has none', () => {
    const aged = (ms: number): FoundResource => instance({ createdAt: NOW - ms });
    expect(verdict(aged(MIN_AGE_MS - 1), { kind: 'unknown' })).toBe('leave too-young');
    expect(verdict(aged(MIN_AGE_MS), { kind: 'unknown' })).toBe('end unknown-run');
    const { createdAt: _, ...ageless } = instance();
    expect(verdict(ageless, { kind: 'unknown' })).toBe('leave too-young');
    expect(verdict(aged(0), CLOSED)).toBe('end closed-run');
  });
});

describe('by the limits that are tags on it', () => {
  const GRACE = 30;
  /** One whose limits were so many seconds ago. */
  const limited = (deadlineAgo: number, budgetAgo?: number): FoundResource => {
    const at = (ago: number): number => NOW / 1000 - ago;
    const limits = { deadline: at(deadlineAgo), ...(budgetAgo === undefined ? {} : { budgetEnd: at(budgetAgo) }) };
    return { ...instance(), createdAt: NOW - 1000, tags: { ...TAGGED, ...limitTags(limits, GRACE) } };
  };
  const SILENT: RunState = { kind: 'open' };
  const ANSWERS: RunState = { kind: 'open', runKey: KEY, retired: [] };
  const moved = (run: RunState, limits: { deadline?: number; budgetEnd?: number }): RunState =>
    ({ ...run, limits }) as RunState;

  it.each<[string, FoundResource, RunState, string]>([
    ['nobody answers, and it is past its deadline, grace and end', limited(121), SILENT, 'end past-deadline'],
    ['not yet', limited(119), SILENT, 'leave no-answer'],
    ['past its budget', limited(-9999, 121), SILENT, 'end past-budget'],
    ['not yet past that either', limited(-9999, 119), SILENT, 'leave no-answer'],
    ['it answers without its attempts', limited(121), { kind: 'open', runKey: KEY }, 'end past-deadline'],
    ['it answers: it ends its own, and has time for it', limited(1040), ANSWERS, 'leave open-run'],
    ['it answers, and has not', limited(1060), ANSWERS, 'end past-deadline'],
    ['it answers, and has not, of the budget', limited(0, 1060), ANSWERS, 'end past-budget'],
    ['the deadline was moved', limited(121), moved(SILENT, { deadline: NOW }), 'leave no-answer'],
    ['the deadline was moved, long ago', limited(999), moved(SILENT, { deadline: NOW - 121_000 }), 'end past-deadline'],
    ['only the deadline was moved', limited(121, 121), moved(SILENT, { deadline: NOW }), 'end past-budget'],
    ['the budget was moved', limited(0, 121), moved(SILENT, { budgetEnd: NOW }), 'leave no-answer'],
    ['Temporal knows no such run, and it is young', limited(121), { kind: 'unknown' }, 'end past-deadline'],
    ['Temporal says nothing', limited(1e6), { kind: 'silent', why: 'down' }, 'leave temporal-silent'],
  ])('%s', (_, resource, run, expected) => {
    expect(verdict(resource, run)).toBe(expected);
  });

  it.each(['', 'soon', '1', '2001-01-01', 'Infinity'])('a tag that is no moment says nothing: %j', (word) => {
    const tags = { [TAGS.deadline]: word, [TAGS.budgetEnd]: word, [TAGS.grace]: word };
    expect(verdict(tagged(tags), { kind: 'open' })).toBe('leave no-answer');
  });

  it('protects what is protected', () => {
    const { tags } = limited(1e6);
    expect(verdict(tagged({ ...tags, [TAGS.protected]: 'true' }), SILENT)).toBe('leave protected');
  });
});

describe('by itself', () => {
  it.each<[string, FoundResource, string]>([
    ['another installation', tagged({ [TAGS.installation]: 'theirs' }), 'leave not-ours'],
    ['another namespace', tagged({ [TAGS.namespace]: 'ns-2' }), 'leave not-ours'],
    ['no tags at all', instance({ tags: {} }), 'leave not-ours'],
    ['protected', tagged({ [TAGS.protected]: 'true' }), 'leave protected'],
    ['protected, in other words', tagged({ [TAGS.protected]: '' }), 'leave protected'],
    ['not protected any more', tagged({ [TAGS.protected]: 'false' }), 'end closed-run'],
    ['persistent', tagged({ [TAGS.persistent]: 'true' }), 'leave persistent'],
    ['no run key', tagged({ [TAGS.runKey]: '' }), 'leave no-run'],
    ['shutting down', instance({ state: 'shutting-down' }), 'leave going'],
    ['stopped', instance({ state: 'stopped' }), 'end closed-run'],
    ['a disk in use', instance({ kind: 'volume', state: 'in-use', attachedTo: ['i-1'] }), 'leave attached'],
    ['a disk that stayed', instance({ kind: 'volume', state: 'available', attachedTo: [] }), 'end closed-run'],
    ['an open spot request', instance({ kind: 'spot-request', state: 'open' }), 'end closed-run'],
    ['a cancelled spot request', instance({ kind: 'spot-request', state: 'cancelled' }), 'leave going'],
  ])('%s', (_, resource, expected) => {
    expect(verdict(resource, CLOSED)).toBe(expected);
  });
});

describe('whatever it meets', () => {
  const word = fc.constantFrom(
    'mine',
    'theirs',
    'ns-1',
    'ns-2',
    'digits',
    KEY,
    'f'.repeat(16),
    '1',
    '2',
    '02',
    'true',
    '',
  );
  const tags = fc.oneof(
    fc.dictionary(fc.constantFrom(...Object.values(TAGS)), word),
    fc.dictionary(fc.constantFrom(...Object.values(TAGS)), word).map((over) => ({ ...TAGGED, ...over })),
  );
  const resource: fc.Arbitrary<FoundResource> = fc.record(
    {
      kind: fc.constantFrom('instance' as const, 'volume' as const, 'spot-request' as const),
      id: fc.constant('x'),
      region: fc.constant('us-east-1'),
      state: fc.constantFrom(
        'pending',
        'running',
        'stopped',
        'shutting-down',
        'available',
        'in-use',
        'open',
        'active',
        'closed',
      ),
      tags,
      createdAt: fc.integer({ min: NOW - 2 * MIN_AGE_MS, max: NOW + 1000 }),
      attachedTo: fc.array(fc.constant('i-9'), { maxLength: 1 }),
    },
    { requiredKeys: ['kind', 'id', 'region', 'state', 'tags'] },
  );
  const runKey = fc.constantFrom(KEY, 'f'.repeat(16));
  const run: fc.Arbitrary<RunState> = fc.oneof(
    fc.record(
      { kind: fc.constant('open' as const), runKey, retired: fc.array(fc.integer({ min: 1, max: 3 })) },
      { requiredKeys: ['kind'] },
    ),
    fc.record({ kind: fc.constant('closed' as const), runKey }, { requiredKeys: ['kind'] }),
    fc.constant({ kind: 'unknown' as const }),
    fc.constant({ kind: 'silent' as const, why: '' }),
  );

  it('ends only what is ours, unprotected, and of nobody alive', () => {
    fc.assert(
      fc.property(resource, run, (thing, state) => {
        const { end, reason } = judge(thing, OWNER, state, NOW);
        if (!end) return;
        expect(thing.tags).toMatchObject({ [TAGS.installation]: 'mine', [TAGS.namespace]: 'ns-1' });
        expect(thing.tags[TAGS.run] && thing.tags[TAGS.runKey]).toBeTruthy();
        expect([undefined, 'false']).toContain(thing.tags[TAGS.protected]);
        expect([undefined, 'false']).toContain(thing.tags[TAGS.persistent]);
        expect(state.kind).not.toBe('silent');
        if (state.kind === 'unknown') expect(NOW - (thing.createdAt ?? NOW)).toBeGreaterThanOrEqual(MIN_AGE_MS);
        if (state.kind === 'open' && state.runKey === thing.tags[TAGS.runKey]) {
          expect(reason).toBe('retired-attempt');
          expect(state.retired?.map(String)).toContain(thing.tags[TAGS.attempt]);
        }
        if (thing.kind === 'volume') expect(thing.attachedTo ?? []).toEqual([]);
      }),
      { numRuns: 3000 },
    );
  });

  it('leaves nothing of a closed run that could be ended', () => {
    fc.assert(
      fc.property(resource, (thing) => {
        const plain = { ...thing, tags: TAGGED };
        const allowed = ['closed-run', 'going', 'attached'];
        expect(allowed).toContain(judge(plain, OWNER, CLOSED, NOW).reason);
      }),
    );
  });
});
