import type { ObjectStore } from '../../../adapters/aws';
import { requireStack } from '../../../adapters/settings';
import type { Selection } from '../../../adapters/snapshot';
import { CHOSEN_ID_RULE, isChosenId, type RunSpec, runWord, type Settings, shownId } from '../../../contract';
import { newRunId, type OriginFacts, originOfCode, summaryOf, TrainctlError } from '../..';
import { ec2OnFirstUse, storeOnFirstUse } from '../sdk/on-first-use';
import type { CommandContext } from '../shared/command';
import { historyUrl, openClient } from '../shared/session';
import { confirm } from '../terminal/ask';
import { followToEnd } from '../watch/follow-to-end';
import { refuseCodePlaces } from './code-places';
import { plannedDependencies } from './dependencies';
import { invalidSpec } from './faults';
import { inputOf, type Launch } from './launch-input';
import { type Plan, planLine, planOf } from './plan';
import { secretWarnings } from './secret-like';
import { confirmSize, selectAnyCode, send } from './send-code';
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
  if (flags.id !== undefined && !isChosenId(flags.id)) {
    throw new TrainctlError('usage', `--id: ${JSON.stringify(flags.id)} is not ${CHOSEN_ID_RULE}`);
  }
  const selection =
    given.codeDir === undefined ? undefined : await selectAnyCode(given.codeDir, flags.yes, resultFolders(given.spec));
  refuseCodePlaces(selection, given.spec);
  const empty = given.codeDir !== undefined && selection === undefined;
  const found = empty
    ? { ...given, codeDir: undefined, input: { ...given.input, code: { none: true as const } } }
    : given;
  for (const warning of secretWarnings(found.spec)) out.note(`! ${warning}`);
  const id = flags.id ?? newRunId(found.spec.name);
  const account = settings.cloud === 'aws' ? await payingAccount(settings) : undefined;
  if (flags.dryRun) {
    const ec2 =
      settings.cloud === 'local' && settings.endpoints.ec2 === undefined ? undefined : ec2OnFirstUse(settings);
    const plan = await planOf(found.spec, settings, ec2);
    if (settings.cloud === 'aws' || settings.endpoints.s3 !== undefined) {
      const store = storeOnFirstUse(settings);
      await requireData(found, store).finally(() => store.close());
    }
    showPlan(context, settings, { ...found, account }, plan, selection, id);
    if (flags.printInput) {
      out.value(await inputOf(found, undefined, settings));
      if (selection) out.note('dry run: nothing was sent, so this input has no code');
    } else if (out.json) {
      const { changes } = found;
      const dependencies = plannedDependencies(selection, found.spec) ?? null;
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
      await requireData(found, client.store);
      showPlan(context, settings, { ...found, account }, plan, selection, id);
      await confirmMoney(settings, plan, flags);
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

/** Where the command leaves its results: such a folder of this machine has none of the run's. */
const resultFolders = ({ outputs }: RunSpec): string[] =>
  outputs.map(({ from }) => (from === '.' ? 'outputs' : from.replace(/\/+$/, '')));

async function requireData({ spec, source }: Launch, store: Pick<ObjectStore, 'head' | 'list'>): Promise<void> {
  if (spec.inputs.length === 0 && spec.outputs.every(({ to }) => to === undefined)) return;
  const { dataFaults } = await import('./data-faults.js');
  const faults = await dataFaults(spec, store);
  if (faults.length > 0) throw invalidSpec(source, faults);
}

/** What `status` will say of where the run comes from. */
async function originFacts({ codeDir, base, source, said, again }: Launch): Promise<OriginFacts> {
  const { folders = [], ...code } = codeDir === undefined ? {} : await originOfCode(codeDir);
  return {
    ...code,
    ...again,
    folders: [...folders, ...(base === undefined ? [] : [base])],
    source,
    ...(said === undefined ? {} : { said }),
  };
}

async function payingAccount(settings: Settings): Promise<string | undefined> {
  const account = await import('./account.js');
  return account.payingAccount(settings);
}

async function confirmMoney(settings: Settings, plan: Plan, flags: RunFlags): Promise<void> {
  if (settings.cloud !== 'aws' || flags.yes) return;
  const question = `Start it on AWS (${planLine(plan)})?`;
  if (!(await confirm(question, 'say --yes, or look first with --dry-run'))) {
    throw new TrainctlError('usage', 'not started');
  }
}

function codeFacts(selection: Selection | undefined): unknown {
  if (!selection) return null;
  const { files, totalBytes, largest, skipped, source, credentials, warnings } = selection;
  return { files: files.length, bytes: totalBytes, source, largest, skipped, credentials, warnings };
}
