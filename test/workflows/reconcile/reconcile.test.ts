import { randomUUID } from 'node:crypto';
import { ApplicationFailure } from '@temporalio/common';
import {
  type EndArgs,
  type JudgedResource,
  RECONCILE_TYPE,
  type ReconcileActivities,
  type ReconcileArgs,
  type ReconcileResult,
  type Survey,
  TASK_QUEUES,
} from '../../../contract';
import { Stage } from '../support/stage';

/** What carries the tags, and how many a survey may name. */
class Leftovers implements ReconcileActivities {
  readonly ended: string[] = [];
  readonly asked: EndArgs[] = [];
  surveys = 0;
  named = 2;
  /** Ids that EC2 does not end. */
  stubborn = new Set<string>();
  failing = new Set<string>();

  /** Appears after the first call. */
  late?: [id: string, run: string];

  constructor(private resources: [id: string, run: string][]) {}

  async surveyResources(): Promise<Survey> {
    this.surveys += 1;
    const toEnd = this.resources.map(
      ([id, run]): JudgedResource => ({
        kind: 'instance',
        id,
        run,
        region: 'us-east-1',
        reason: 'closed-run',
        attempt: 1,
      }),
    );
    return {
      installation: 'test',
      namespaceId: 'ns',
      regions: ['us-east-1'],
      seen: this.resources.length + 1,
      toEnd: toEnd.slice(0, this.named),
      more: Math.max(0, toEnd.length - this.named),
      leftAlone: [{ reason: 'open-run', count: 1, examples: ['i-live (live, attempt 1)'] }],
    };
  }

  async endResources(args: EndArgs) {
    this.asked.push(args);
    if (this.failing.has(args.run)) throw ApplicationFailure.nonRetryable('EC2 is down');
    const own = this.resources.filter(([, run]) => run === args.run);
    const gone = own.filter(([id]) => !this.stubborn.has(id));
    this.resources = this.resources.filter((resource) => !gone.includes(resource));
    this.ended.push(...gone.map(([id]) => id));
    if (this.late) this.resources.push(this.late);
    delete this.late;
    return {
      ended: gone.map(([id, run]) => ({
        kind: 'instance' as const,
        id,
        run,
        region: 'us-east-1',
        reason: 'closed-run' as const,
      })),
      pending: own.filter(([id]) => this.stubborn.has(id)).map(([id]) => ({ id, why: 'still running' })),
      where: { installation: 'test', namespaceId: 'ns', regions: ['us-east-1'] },
    };
  }
}

describe('a pass of the reconciler', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.open('skipping');
  });
  afterAll(() => stage?.close());

  async function pass(world: Leftovers, args?: ReconcileArgs) {
    stage.reconcile = world;
    const handle = await stage.env.client.workflow.start(RECONCILE_TYPE, {
      taskQueue: TASK_QUEUES.main,
      workflowId: `reconcile-${randomUUID()}`,
      args: args === undefined ? [] : [args],
    });
    const result = (await handle.result()) as ReconcileResult;
    const { searchAttributes, memo } = await handle.describe();
    return {
      result,
      outcome: searchAttributes.TrainctlOutcome,
      pending: searchAttributes.TrainctlCleanupPending,
      memo,
    };
  }

  it('ends what a survey names, round by round, and says so where people look', async () => {
    const world = new Leftovers([
      ['i-1', 'a'],
      ['i-2', 'a'],
      ['i-3', 'b'],
      ['i-4', 'c'],
      ['i-5', 'd'],
    ]);
    const { result, outcome, pending, memo } = await pass(world);
    expect([...world.ended].sort()).toEqual(['i-1', 'i-2', 'i-3', 'i-4', 'i-5']);
    expect(world.surveys).toBe(3);
    expect(result).toMatchObject({ dryRun: false, endedCount: 5, pendingCount: 0, seen: 6 });
    expect(result.ended.map(({ id }) => id).sort()).toEqual([...world.ended].sort());
    expect(result.leftAlone).toEqual([{ reason: 'open-run', count: 1, examples: ['i-live (live, attempt 1)'] }]);
    expect([outcome, pending]).toEqual([['ended 5'], [false]]);
    expect(memo).toEqual({ outcome: 'ended 5' });
  });

  it('asks for each workflow id once a round', async () => {
    const world = new Leftovers([
      ['i-1', 'a'],
      ['i-2', 'a'],
      ['i-3', 'b'],
    ]);
    world.named = 9;
    await pass(world);
    // Side by side, so in either order.
    expect(world.asked).toHaveLength(2);
    expect(world.asked).toEqual(
      expect.arrayContaining([
        { run: 'a', regions: ['us-east-1'] },
        { run: 'b', regions: ['us-east-1'] },
      ]),
    );
    expect(world.surveys).toBe(1);
  });

  it('with dryRun it ends nothing, and counts also what it does not name', async () => {
    const world = new Leftovers([
      ['i-1', 'a'],
      ['i-2', 'b'],
      ['i-3', 'c'],
    ]);
    const { result, outcome } = await pass(world, { dryRun: true });
    expect(world.asked).toEqual([]);
    expect(result).toMatchObject({ dryRun: true, endedCount: 3, pendingCount: 0 });
    expect(result.ended.map(({ id }) => id)).toEqual(['i-1', 'i-2']);
    expect(outcome).toEqual(['would end 3']);
  });

  it('names what is not gone and why; one run that fails keeps no other from being ended', async () => {
    const world = new Leftovers([
      ['i-1', 'a'],
      ['i-2', 'b'],
      ['i-3', 'c'],
    ]);
    world.named = 3;
    world.stubborn.add('i-2');
    world.failing.add('a');
    const { result, outcome, pending } = await pass(world);
    expect(world.ended).toEqual(['i-3']);
    expect(result.pending).toEqual(
      expect.arrayContaining([
        { id: 'i-1', run: 'a', why: 'EC2 is down' },
        { id: 'i-2', run: 'b', why: 'still running' },
      ]),
    );
    expect([outcome, pending]).toEqual([['ended 1, 2 pending'], [true]]);
  });

  it('gives up its rounds when nothing ends any more', async () => {
    const world = new Leftovers([
      ['i-1', 'a'],
      ['i-2', 'b'],
      ['i-3', 'c'],
    ]);
    for (const id of ['i-1', 'i-2', 'i-3']) world.stubborn.add(id);
    const { result } = await pass(world);
    expect([world.surveys, result.pendingCount]).toEqual([1, 2]);
  });

  it('with nothing to do it is one activity', async () => {
    const { result, outcome } = await pass(new Leftovers([]));
    expect([result.endedCount, outcome]).toEqual([0, ['nothing to end']]);
  });

  it('of one run looks at nothing else, and again until what was being launched has had its time', async () => {
    const world = new Leftovers([
      ['i-1', 'a'],
      ['i-2', 'b'],
    ]);
    world.late = ['i-3', 'a'];
    const { result, outcome } = await pass(world, { run: 'a' });
    expect(world.surveys).toBe(0);
    expect(world.asked).toEqual([{ run: 'a' }, { run: 'a' }, { run: 'a' }]);
    expect(world.ended).toEqual(['i-1', 'i-3']);
    expect(result).toMatchObject({ installation: 'test', endedCount: 2, pendingCount: 0 });
    expect(outcome).toEqual(['ended 2']);
  });

  it('of one run goes on looking while something of it is on its way out, for as long as its time allows', async () => {
    const world = new Leftovers([['i-1', 'a']]);
    world.stubborn.add('i-1');
    const { result, pending } = await pass(world, { run: 'a' });
    expect([world.asked.length, result.pendingCount, pending]).toEqual([7, 1, [true]]);
  });

  it.each([{ dryRun: 'true' }, { dryrun: true }, 'dry', { run: 'a', dryRun: true }, { run: '' }, { run: 7 }])(
    'refuses %j rather than guess',
    async (args) => {
      const world = new Leftovers([['i-1', 'a']]);
      await expect(pass(world, args as never)).rejects.toMatchObject({ cause: { type: 'invalid' } });
      expect(world.surveys).toBe(0);
    },
  );
});
