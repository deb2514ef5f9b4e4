import type { TrainingActivities } from '../../contract';
import { type ActivityDeps, withSigns } from '../step';
import { runTags, survey } from './survey';

/** What EC2 shows alive of the whole run, by id. Whatever is on its way out but not gone counts: it may still bill. */
export function createCountLeftovers(deps: ActivityDeps): TrainingActivities['countLeftovers'] {
  return ({ run, regions }) =>
    withSigns(async () => {
      const surveys = await Promise.all(
        [...new Set(regions)].map((region) => survey(deps.ec2.in(region), { tags: runTags(run) })),
      );
      return { leftovers: surveys.flatMap(({ left }) => left.map(({ id }) => id)).sort() };
    });
}
