import type { RunHandle } from '../../../client';
import { runIdTags } from '../../../contract';
import { expectEqual } from '../checks';
import { expectGone } from '../looks';
import type { ScenarioContext } from '../scenario';

/** The lines of a log that are JSON documents. */
export const documentsIn = <T>(log: string): T[] =>
  log
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as T);

/**
 * Sees in EC2 that nothing of a run that has ended is alive: by the key that all of it is tagged with, by the id that people know the
 * run by, and by the instances that its status names, whatever their tags are.
 */
export async function expectNothingAlive(
  context: Pick<ScenarioContext, 'client' | 'clock' | 'ec2'>,
  run: RunHandle,
): Promise<void> {
  await expectGone(context, run);
  const { ec2 } = context;
  const ids = (await run.status()).attempts.flatMap(({ instanceId }) => instanceId ?? []);
  const tags = runIdTags(run.run);
  const [byId, byTag, volumes, requests] = await Promise.all([
    ids.length > 0 ? ec2.describeInstances({ ids }) : [],
    ec2.describeInstances({ tags }),
    ec2.describeVolumes(tags),
    ec2.describeSpotRequests(tags),
  ]);
  const alive = new Set([
    ...[...byId, ...byTag]
      .filter(({ state }) => state !== 'terminated' && state !== 'gone')
      .map(({ id, state }) => `${id} ${state}`),
    ...volumes.filter(({ state }) => !state.startsWith('delet')).map(({ id, state }) => `${id} ${state}`),
    ...requests.filter(({ state }) => state === 'open' || state === 'active').map(({ id, state }) => `${id} ${state}`),
  ]);
  expectEqual(`what EC2 shows alive of ${run.run}`, [...alive], []);
}
