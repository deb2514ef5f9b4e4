import { interruptByFis, removeInterruptions } from '../../e2e/scenarios/interrupt';
import { ScenarioSkipped, type UndoContext } from '../../e2e/scenarios/scenario';
import { spotInterruption } from '../../e2e/scenarios/spot-interruption';
import { localSettings } from '../adapters/aws/support/settings';

const context = (fisRole?: string) => ({
  settings: localSettings('http://127.0.0.1:9', fisRole === undefined ? {} : { fisRole }),
  tag: 'e2e-0123',
  name: 'spot-interruption',
  signal: new AbortController().signal,
});

test('without a role for FIS the scenario is skipped, and says what is missing', async () => {
  const needs = (fisRole?: string) => spotInterruption.needs?.(context(fisRole) as never);
  expect(await needs()).toMatch(/fis\.role/);
  expect(await needs('arn:aws:iam::111122223333:role/trainctl-fis')).toBeUndefined();
});

test('so is any step that interrupts; there is nothing to undo', async () => {
  const refused = await interruptByFis(context(), 'i-1').catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(ScenarioSkipped);
  expect(String(refused)).toContain('TRAINCTL_FIS_ROLE');
  await removeInterruptions(context() as unknown as UndoContext);
});
