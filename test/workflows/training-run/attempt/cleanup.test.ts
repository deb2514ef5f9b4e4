import { ApplicationFailure } from '@temporalio/activity';
import { FAILURES } from '../../../../contract';
import { countEvents } from '../../support/count-events';
import { stageFor } from '../../support/scene';

const play = stageFor('skipping');

/** As EC2 may answer for a day. The delay stands in for the policy's own 30 s, so that a day is 288 tries and not 2,880. */
const stillThere = (): Error =>
  ApplicationFailure.create({
    message: 'i-1 is still running: OperationNotPermitted',
    type: FAILURES.cleanupPending,
    nextRetryDelay: '5 minutes',
  });

it(
  'asks for a day if need be, shows what is left, and keeps the outcome',
  play(async ({ world, start, endOf }) => {
    world.scripts[0] = { exitCode: 3 };
    world.faults.arm({ activity: 'terminateAttempt', when: 'before', times: 288, error: stillThere });
    const handle = await start({});
    const ended = await endOf(handle);
    expect(ended).toMatchObject({ how: 'failed', message: 'exited 3', result: { leftovers: 0 } });
    expect(ended.seconds).toBeGreaterThan(80_000);
    const counted = await countEvents(handle);
    // Five of them are of the one that listens to EC2.
    expect(counted.events - 3 * counted.tasks).toBeLessThanOrEqual(54);
    expect(counted.tasks).toBeLessThanOrEqual(2 * counted.news);
    const { events } = await handle.fetchHistory();
    const upserts = (events ?? []).flatMap((e) =>
      Object.keys(e.upsertWorkflowSearchAttributesEventAttributes?.searchAttributes?.indexedFields ?? {}),
    );
    expect(upserts.filter((name) => name === 'TrainctlCleanupPending')).toHaveLength(2);
    // After the first two minutes, without a limit of tries or of time, and never more than 30 s apart of its own accord.
    const asked = (events ?? [])
      .map((e) => e.activityTaskScheduledEventAttributes)
      .filter((scheduled) => scheduled?.activityType?.name === 'terminateAttempt');
    expect(asked).toHaveLength(2);
    expect(asked[1]).toMatchObject({ retryPolicy: { maximumAttempts: 0 } });
    expect(Number(asked[1]?.retryPolicy?.maximumInterval?.seconds)).toBe(30);
    // What the server makes of none: the longest it knows, ten years.
    expect(Number(asked[1]?.scheduleToCloseTimeout?.seconds)).toBe(10 * 365 * 86_400);
  }),
);

it(
  'does not take a final failure of the undo for an answer',
  play(async ({ world, run }) => {
    const refused = (): Error => ApplicationFailure.nonRetryable('UnauthorizedOperation', 'AccessDenied');
    world.faults.arm({ activity: 'terminateAttempt', when: 'before', times: 5, error: refused });
    const ended = await run({});
    expect(ended).toMatchObject({ how: 'succeeded', result: { leftovers: 0 } });
    expect(world.count('terminateAttempt')).toBe(6);
  }),
);

it(
  'looks again for what disappears a moment later',
  play(async ({ world, run }) => {
    world.leftovers = [['vol-1'], ['vol-1'], []];
    const ended = await run({});
    expect(ended).toMatchObject({ how: 'succeeded', result: { leftovers: 0 } });
    expect(world.count('countLeftovers')).toBe(3);
  }),
);

it(
  'counts what stays',
  play(async ({ world, run }) => {
    world.leftovers = [['vol-1', 'sir-1']];
    const ended = await run({});
    expect(ended).toMatchObject({ how: 'succeeded', result: { leftovers: 2 } });
  }),
);

it(
  'closes without a summary when S3 is away for long',
  play(async ({ world, run }) => {
    world.faults.arm({ activity: 'writeSummary', when: 'before', times: 1e6 });
    const ended = await run({});
    expect(ended.how).toBe('succeeded');
    expect(ended.seconds).toBeLessThan(900);
  }),
);
