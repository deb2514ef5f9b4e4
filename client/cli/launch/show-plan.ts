import type { Selection } from '../../../adapters/snapshot';
import type { Settings } from '../../../contract';
import type { CommandContext } from '../shared/command';
import { cloudLine } from '../shared/session';
import { Renderer } from '../terminal/renderer';
import { dependencyLines, plannedDependencies } from './dependencies';
import type { Launch } from './launch-input';
import { type Plan, placementLines, planLine } from './plan';
import { codeLines } from './send-code';

export function showPlan(
  { out }: CommandContext,
  settings: Settings,
  found: Launch,
  plan: Plan,
  selection: Selection | undefined,
  title: string,
): void {
  const { dim } = out.colors;
  out.line(`${title} · ${planLine(plan)}`);
  out.line(`  ${cloudLine(settings, found.account)} · spec: ${found.source}`);
  const renderer = new Renderer(out);
  if (selection) {
    const [first = '', ...more] = codeLines(selection, dim);
    out.line(renderer.step('skipped', 'code', first));
    for (const line of more) out.line(`${' '.repeat(18)}${line}`);
  }
  const dependencies = plannedDependencies(selection, found.spec, settings);
  if (dependencies) {
    const [first = '', ...more] = dependencyLines(dependencies, found.spec.setup.commands.length);
    out.line(renderer.step('skipped', 'setup', first));
    for (const line of more) out.line(renderer.step('warning', 'setup', line));
  }
  if (settings.cloud === 'aws')
    for (const line of placementLines(plan)) out.line(renderer.step('skipped', 'plan', line));
  if (plan.warning) out.line(renderer.step('warning', 'plan', plan.warning));
}
