import { loadSettings } from '../../../../adapters/settings';
import { EXIT_CODES, queuesOf, type SpecFault, shownId, suiteTagOf } from '../../../../contract';
import { type SuiteHandle, type TrainctlClient, TrainctlError } from '../../..';
import { confirmMoney } from '../../launch/prepare';
import type { CommandContext } from '../../shared/command';
import { cloudLine, historyUrl, openClient, readySettings } from '../../shared/session';
import { usd } from '../../terminal/format';
import { EXITS, type ReportFiles, tellResult, withEvidence, writeReports } from './ending';
import { estimateFor, plansOf, showEstimate } from './estimate';
import { followSuite, wordsOf } from './follow';
import { readSuiteFlags, refuse, type SuiteFlags } from './options';
import { placeFaults } from './report-places';

export interface E2eFlags extends SuiteFlags, ReportFiles {
  list?: boolean;
  yes?: boolean;
  detach?: boolean;
  follow?: string;
  cancel?: string;
}

/** `trainctl e2e`: the estimate, then the suite as a workflow, followed to its end. */
export async function e2e(context: CommandContext, names: string[], flags: E2eFlags): Promise<number> {
  const { out } = context;
  const settings = loadSettings(context.env);
  const plans = await plansOf(settings);
  const known = plans.map(({ name }) => name);
  const { options, told, faults } = readSuiteFlags(names, flags, known);
  refuse([...faults, ...clashes(names, flags), ...placeFaults(flags)], 'trainctl e2e --list, or --help');
  if (flags.follow !== undefined || flags.cancel !== undefined) return withOne(context, flags);
  const estimate = estimateFor(
    plans.filter(({ name }) => options.only.includes(name)),
    options.parallel,
  );
  if (flags.list) {
    if (out.json) out.value({ ...estimate, maxUsd: options.maxUsd, cloud: settings.cloud });
    else showEstimate(out, estimate);
    return 0;
  }
  readySettings(context.env);
  if (!out.json) {
    out.line(`${cloudLine(settings)} · end-to-end suite, at most ${usd(options.maxUsd)}`);
    showEstimate(out, estimate);
  }
  await confirmMoney(
    settings,
    `Run these on AWS (about ${usd(estimate.usd)}, at most ${usd(options.maxUsd)})?`,
    flags.yes,
    'trainctl e2e --list',
  );
  const client = await openClient(settings);
  try {
    await requireWorker(client);
    const handle = await client.suites.start(told);
    if (flags.detach) return tellStarted(context, client, handle);
    if (!out.json) out.line(`started ${out.colors.bold(shownId(handle.suite))}`);
    return await finish(context, client, handle, flags);
  } finally {
    await client.close();
  }
}

/** One that was started before. */
async function withOne(context: CommandContext, flags: E2eFlags): Promise<number> {
  const client = await openClient(readySettings(context.env));
  try {
    const handle = await client.suites.get(flags.follow ?? flags.cancel ?? '');
    if (flags.cancel !== undefined && !(await handle.isClosed())) await handle.cancel();
    return await finish(context, client, handle, flags);
  } finally {
    await client.close();
  }
}

async function finish(
  context: CommandContext,
  client: TrainctlClient,
  handle: SuiteHandle,
  files: ReportFiles,
): Promise<number> {
  const ended = await followSuite(context, handle);
  if (!ended) return 0;
  const result = await withEvidence(client, ended);
  const written = await writeReports(context, result, files);
  tellResult(context, client, result);
  return EXITS[result.outcome] || (written ? EXIT_CODES.succeeded : EXIT_CODES.internal);
}

function tellStarted({ out }: CommandContext, client: TrainctlClient, { suite, runId }: SuiteHandle): number {
  const { follow, stop } = wordsOf(suite);
  const history = historyUrl(client.settings, suite);
  if (out.json) out.value({ suite, runId, ...(history === undefined ? {} : { history }) });
  else {
    out.line(`started ${out.colors.bold(shownId(suite))}`);
    out.whole(`  ${follow} · ${stop}`);
    if (history) out.whole(`  ${history}`);
  }
  return 0;
}

async function requireWorker(client: TrainctlClient): Promise<void> {
  if (await client.hasWorker()) return;
  const queue = queuesOf(client.settings.installation).main;
  throw new TrainctlError('no-worker', `no worker polls the task queue ${queue}: nothing was started`, {
    next: 'start one: trainctl worker (or: trainctl stack up --detach)',
  });
}

/** Options that cannot be meant together. */
function clashes(names: readonly string[], flags: E2eFlags): SpecFault[] {
  const one = (['follow', 'cancel'] as const).filter((name) => flags[name] !== undefined);
  const faults: SpecFault[] = [];
  const fault = (path: string, message: string): void => void faults.push({ path, message });
  if (one.length > 1) fault('', '--follow and --cancel: say one of them; --cancel follows to the end, too');
  for (const name of one) {
    if (names.length > 0 || flags.list || flags.detach)
      fault(`--${name}`, 'is of a suite that was started before: no scenarios, --list or --detach beside it');
    if (flags[name] === '' || flags[name]?.startsWith(suiteTagOf(''))) fault(`--${name}`, 'wants the id of a suite');
  }
  if (flags.detach && (flags.junit !== undefined || flags.html !== undefined))
    fault('--detach', 'nobody waits for a report then: take it with --follow');
  return faults;
}
