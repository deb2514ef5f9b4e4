import type { Settings } from '../../../contract';
import { createFis } from '../fis/client';
import type { TriedRight } from './types';
import { tried } from './verdict';

/** Names no instance: an experiment with it would find nothing. */
const NOBODY = 'i-00000000000000000';

/** Tries rights on FIS by a template that is made and deleted; no experiment is begun. */
export async function fisRights(settings: Settings): Promise<TriedRight[]> {
  const fis = createFis(settings);
  const making = 'fis:CreateExperimentTemplate, fis:TagResource, iam:PassRole';
  try {
    const list = await tried('fis:ListExperimentTemplates', () => fis.templates({ 'trainctl:doctor': 'none' }));
    let id: string | undefined;
    const make: TriedRight =
      settings.fisRole === undefined
        ? { right: making, allowed: undefined, why: 'settings name no role for it: fis.role (docs/run-on-aws.md)' }
        : await tried(making, async () => {
            id = await fis.makeTemplate(NOBODY, { 'trainctl:doctor': settings.installation });
          });
    const made = id;
    const remove: TriedRight =
      made === undefined
        ? { right: 'fis:DeleteExperimentTemplate', allowed: undefined, why: 'no template was made' }
        : await tried('fis:DeleteExperimentTemplate', () => fis.deleteTemplate(made));
    const why = 'only an experiment shows it';
    return [list, make, remove, { right: 'fis:StartExperiment, fis:GetExperiment', allowed: undefined, why }];
  } finally {
    fis.close();
  }
}
