import { createPartUploads } from '../../adapters/aws';
import type { RunHandle } from '../../client';
import { expectEqual, expectThat } from './checks';
import { leftBehind, leftOfEarlier } from './frame';
import { endsAs, instanceOf } from './looks';
import { type ScenarioContext, scenario, step } from './scenario';

/** What a scenario may have to wait for: EC2 shows an instance for a while that has been ended, and lists are a moment late. */
const LIMIT_MINUTES = 5;

/** Waits until nothing is left of one kind; then, or in vain, it says what is. */
async function expectNothing(
  { clock }: Pick<ScenarioContext, 'clock'>,
  where: string,
  look: () => Promise<string[]>,
): Promise<void> {
  let left: string[] = [];
  await clock.until(
    `nothing is left ${where}`,
    async () => {
      left = await look();
      return left.length === 0;
    },
    { limitMinutes: LIMIT_MINUTES, everyMs: 2000, seen: () => left },
  );
}

export const cleanupVerification = scenario({
  name: 'cleanup-verification',
  shows: 'after everything nothing that carries the tag of the suite is left in the region: in EC2, in S3, in Temporal',
  creates: ['1 instance, ended at once', '1 object and 1 incomplete upload, removed at once'],
  minutes: 6,
  instanceHours: 0.05,
  last: true,
  steps(context) {
    const { client, clock, objects, prefix, settings, tag, name } = context;
    const others = { client, tag, except: name };
    const key = `${prefix}seen/object`;
    let run: RunHandle;
    /** Of the scenario itself, its run's own folder aside, which the undo takes. */
    const own = async (): Promise<string[]> => {
      const { ec2, s3 } = await leftBehind({ client, tag });
      return [
        ...ec2.filter((one) => one.includes(name) || one.startsWith('network-interface')),
        ...s3.filter((one) => one.includes(prefix)),
      ];
    };

    return [
      step(
        'what is there is seen: an instance with its disk and network interface, an object, an incomplete upload',
        async () => {
          run = await context.start(undefined, { command: ['sh', '-c', 'sleep 1200'] });
          const instance = await instanceOf(context, run);
          await objects.put(key, 'seen');
          const uploads = createPartUploads(settings);
          try {
            await uploads.begin(objects.bucket, `${prefix}seen/upload`);
          } finally {
            uploads.close();
          }
          const { attempts } = await run.status();
          const spot = attempts.find(({ instanceId }) => instanceId === instance)?.placement?.market === 'spot';
          const wanted = [
            `instance ${instance} `,
            'volume ',
            'network-interface ',
            ...(spot ? ['spot-instances-request '] : []),
            `object s3://${objects.bucket}/${key}`,
            `incomplete upload s3://${objects.bucket}/${prefix}seen/upload`,
          ];
          let shown: string[] = [];
          await clock.until(
            `what is looked for is seen: ${wanted.join(', ')}`,
            async () => {
              shown = await own();
              return wanted.every((each) => shown.some((one) => one.startsWith(each)));
            },
            { limitMinutes: LIMIT_MINUTES, seen: () => shown },
          );
        },
      ),
      step('and what is ended is seen gone', async () => {
        await run.stop({ mode: 'now' });
        await objects.delete([key]);
        await context.uploads.abort(prefix);
        await endsAs(context, run, 'cancelled');
        await expectNothing(context, 'of what was seen', own);
      }),
      step('no run and no Schedule of the suite is open in Temporal', () =>
        expectNothing(context, 'in Temporal', async () => (await leftBehind(others)).temporal),
      ),
      step('nothing with the tag of the suite is left in EC2', () =>
        expectNothing(context, 'in EC2', async () => (await leftBehind(others)).ec2),
      ),
      step('no object and no incomplete upload of the suite is left in S3', async () => {
        await expectNothing(context, 'in S3', async () => (await leftBehind(others)).s3);
      }),
      step('no suite before has left anything in EC2', async () => {
        expectEqual('what suites before have left', await leftOfEarlier({ client, tag }), []);
        const { ec2 } = await leftBehind(others);
        expectThat('nothing came up meanwhile', ec2.length === 0, ec2);
      }),
    ];
  },
});
