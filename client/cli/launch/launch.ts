import type { ObjectStore } from '../../../adapters/aws';
import { requireStack } from '../../../adapters/settings';
import { runWord, type Settings, shownId } from '../../../contract';
import { newRunId, summaryOf } from '../..';
import { storeOnFirstUse } from '../sdk/on-first-use';
import type { CommandContext } from '../shared/command';
import { historyUrl, openClient } from '../shared/session';
import { followToEnd } from '../watch/follow-to-end';
import { plannedDependencies } from './dependencies';
import { invalidSpec } from './faults';
import { inputOf, type Launch } from './launch-input';
import { planLine, planOf } from './plan';
import { codeFacts, confirmMoney, dryPlanOf, originFacts, prepare } from './prepare';
import { confirmSize, send } from './send-code';
import { showPlan } from './show-plan';

export interface RunFlags {
  set?: string[];
  env?: string[];
  envFile?: string;
  name?: string;
  id?: string;
  dryRun?: boolean;
  yes?: boolean;
  detach?: boolean;
  printInput?: boolean;
}

/** Says what will happen, asks where money is spent, sends the code, starts the run and follows it. */
export async function launch(
  context: CommandContext,
  settings: Settings,
  given: Launch,
  flags: RunFlags,
): Promise<number> {
  const { out } = context;
  const { found, selection } = await prepare(context, settings, given, flags.yes);
  const id = flags.id ?? newRunId(found.spec.name);
  const title = `run ${out.colors.bold(id)}`;
  if (flags.dryRun) {
    const plan = await dryPlanOf(found.spec, settings);
    if (settings.cloud === 'aws' || settings.endpoints.s3 !== undefined) {
      const store = storeOnFirstUse(settings);
      await requireData(found, store, settings).finally(() => store.close());
    }
    showPlan(context, settings, found, plan, selection, title);
    if (flags.printInput) {
      out.value(await inputOf(found, undefined, settings));
      if (selection) out.note('dry run: nothing was sent, so this input has no code');
    } else if (out.json) {
      const { changes } = found;
      const dependencies = plannedDependencies(selection, found.spec, settings) ?? null;
      const code = codeFacts(selection);
      const facts = { dryRun: true, run: id, cloud: settings.cloud, plan, code, dependencies };
      out.value(changes === undefined ? facts : { ...facts, changes });
    } else out.line(out.colors.dim('dry run: nothing was sent or started'));
    return 0;
  }
  requireStack(settings);
  const client = await openClient(settings);
  try {
    if (!flags.printInput) {
      const plan = await planOf(found.spec, settings, client.ec2);
      await requireData(found, client.store, settings);
      showPlan(context, settings, found, plan, selection, title);
      await confirmMoney(settings, `Start it on AWS (${planLine(plan)})?`, flags.yes);
    }
    if (selection) await confirmSize(selection, flags.yes);
    const code = selection ? await send(context, client, selection) : undefined;
    const input = await inputOf(found, code, settings);
    if (flags.printInput) {
      out.value(input);
      return 0;
    }
    const origin = await originFacts(found);
    const handle = await client.start(input, { id, summary: summaryOf(input), origin });
    if (flags.detach) {
      if (out.json) out.value({ run: handle.run, runKey: handle.runKey });
      else {
        out.whole(`started ${shownId(handle.run)}`);
        out.whole(`  follow it with: trainctl status ${runWord(handle.run)} --watch`);
        const url = historyUrl(settings, handle.run);
        if (url) out.whole(`  history: ${url}`);
      }
      return 0;
    }
    return await followToEnd(context, client, handle);
  } finally {
    await client.close();
  }
}

async function requireData(
  { spec, input, source }: Launch,
  store: Pick<ObjectStore, 'head' | 'list'>,
  settings: Settings,
): Promise<void> {
  if (spec.inputs.length === 0 && spec.outputs.every(({ to }) => to === undefined)) return;
  const { dataFaults } = await import('./data-faults.js');
  const faults = await dataFaults(spec, input, store, settings);
  if (faults.length > 0)
    throw invalidSpec(source, faults, 'nothing was started: mend the addresses, or make what is missing');
}
