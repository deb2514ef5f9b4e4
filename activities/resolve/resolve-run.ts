import { Context } from '@temporalio/activity';
import { DISK_USD_PER_GIB_MONTH } from '../../adapters/aws';
import {
  hostSettingsOf,
  type ResolveArgs,
  type ResolveResult,
  type RunRef,
  type RunSpec,
  type SpecFault,
  snapshotKey,
  suiteOfRun,
  type TrainingActivities,
} from '../../contract';
import { parseRunSpec } from '../../contract/schema';
import { deriveRunKey } from '../../contract/tokens';
import { secretFault } from '../secrets';
import { type ActivityDeps, type SpecStore, specSha256, withPlainAwsErrors, withSigns } from '../step';
import { dataFaults } from './data';
import { findImage } from './image';
import { orderPlacements } from './placements';
import { findPrices } from './prices';
import { fitPlacements } from './size';
import { chooseZones } from './zones';

/**
 * Validates what the person typed and finds out what it needs: image, zones, prices. Every fault is named at once. Nothing is
 * created in EC2, so it may be repeated at will; `spec.json` is written last.
 */
export function createResolveRun(deps: ActivityDeps, specs: SpecStore): TrainingActivities['resolveRun'] {
  return async (args) => {
    const result = await withPlainAwsErrors('the run cannot be prepared', () =>
      withSigns(() => resolve(deps, specs, args)),
    );
    // Of a suite's runs, some of which are meant to fail, the suite speaks itself, once.
    const silent = deps.settings.webhook === undefined || suiteOfRun(args.workflowId) !== undefined;
    return silent ? result : { ...result, webhook: true };
  };
}

async function resolve(deps: ActivityDeps, specs: SpecStore, args: ResolveArgs): Promise<ResolveResult> {
  const { settings } = deps;
  const signal = Context.current().cancellationSignal;
  const parsed = parseRunSpec(args.input, settings.defaults);
  if (!parsed.ok) return invalid(parsed.faults);
  const { spec } = parsed;
  const faults: SpecFault[] = [];

  spec.secrets.forEach((name, index) => {
    const message = secretFault(name, settings.secretsAllow, process.env);
    if (message) faults.push({ path: `secrets[${index}]`, message });
  });
  const ec2 = deps.ec2.in(settings.region);
  const [missing, data, image, { zones, faults: zoneFaults }, prices] = await Promise.all([
    missingSnapshot(deps, spec, signal),
    dataFaults(deps, spec, args.input, signal),
    findImage(ec2, settings.images, spec.resources, signal),
    chooseZones(ec2, spec.resources, settings, signal),
    findPrices(ec2, settings, spec.resources, signal),
  ]);
  faults.push(...missing, ...data, ...('faults' in image ? image.faults : []), ...zoneFaults);
  const { placements, unpriced } = orderPlacements({
    region: settings.region,
    resources: spec.resources,
    zones,
    prices,
  });
  if (spec.limits.maxCostUsd !== undefined && unpriced.length > 0) faults.push(noPrice(unpriced));
  if (faults.length > 0 || 'faults' in image) return invalid(faults);

  const { workflowId, runId } = args;
  const run: RunRef = {
    workflowId,
    runKey: deriveRunKey(workflowId, runId),
    installation: settings.installation,
    ...(deps.installationKey === undefined ? {} : { installationKey: deps.installationKey }),
    namespaceId: deps.namespaceId,
    specSha256: specSha256(spec),
  };
  const resolvedAt = new Date().toISOString();
  const resolved = { region: settings.region, imageId: image.image.id, user: settings.user, resolvedAt };
  await specs.write({ version: 1, run, spec, resolved }, signal);
  return {
    kind: 'ok',
    run,
    spec,
    placements: fitPlacements(spec, placements),
    cloud: settings.cloud,
    region: settings.region,
    bucket: settings.bucket,
    prefix: settings.prefix,
    imageId: image.image.id,
    diskUsdPerGiBMonth: DISK_USD_PER_GIB_MONTH,
    user: settings.user,
    hostSettings: hostSettingsOf(settings),
  };
}

/** Faults in the order of the document, each with its path. Bounded, since it goes into a history. */
function invalid(faults: SpecFault[]): ResolveResult {
  const named = faults.slice(0, 50).map(({ path, message }) => ({ path, message: message.slice(0, 500) }));
  const lines = named.map(({ path, message }) => (path ? `${path}: ${message}` : message));
  if (faults.length > named.length) lines.push(`and ${faults.length - named.length} more`);
  return { kind: 'invalid', faults: named, message: lines.join('\n').slice(0, 4_000) };
}

async function missingSnapshot(deps: ActivityDeps, spec: RunSpec, signal: AbortSignal): Promise<SpecFault[]> {
  if (!('snapshot' in spec.code)) return [];
  const key = snapshotKey(deps.settings.prefix, spec.code.snapshot);
  if (await deps.store.head(key, { signal })) return [];
  // An answer to HEAD does not say whether it is the bucket that is missing.
  for await (const _ of deps.store.list(key, { signal })) break;
  const message = `no snapshot ${spec.code.snapshot} in s3://${deps.store.bucket}/${key} (upload one: trainctl snapshot DIR)`;
  return [{ path: 'code.snapshot', message }];
}

function noPrice(unpriced: string[]): SpecFault {
  const some = unpriced.slice(0, 3).join(', ') + (unpriced.length > 3 ? ` and ${unpriced.length - 3} more` : '');
  const message = `a limit in dollars needs prices, and that of ${some} is not known: add it to the settings (prices), or leave the limit out`;
  return { path: 'limits.maxCostUsd', message };
}
