import { createFis, FisNotSetUp, interruptInstance, removeTemplates } from '../../adapters/aws';
import { type ScenarioContext, ScenarioSkipped, type UndoContext } from './scenario';

/** On templates of FIS: the suite and the scenario that made them. */
const tagsOf = ({ tag, name }: Pick<UndoContext, 'tag' | 'name'>) => ({
  'trainctl:suite': tag,
  'trainctl:scenario': name,
});

/**
 * Lets EC2 announce that it takes a spot instance back, by AWS FIS, on AWS as on the local cloud.
 * @throws ScenarioSkipped that says what is missing, where FIS is not set up
 */
export async function interruptByFis(
  context: Pick<ScenarioContext, 'settings' | 'tag' | 'name' | 'signal'>,
  instanceId: string,
): Promise<void> {
  const fis = createFis(context.settings);
  try {
    await interruptInstance(fis, instanceId, { tags: tagsOf(context), signal: context.signal });
  } catch (error) {
    if (error instanceof FisNotSetUp) throw new ScenarioSkipped(error.message);
    throw error;
  } finally {
    fis.close();
  }
}

/** Undo of scenarios that interrupt: the templates that a process which died has left. An experiment ends by itself. */
export async function removeInterruptions(context: UndoContext): Promise<void> {
  if (context.settings.fisRole === undefined) return;
  const fis = createFis(context.settings);
  try {
    await removeTemplates(fis, tagsOf(context));
  } finally {
    fis.close();
  }
}
