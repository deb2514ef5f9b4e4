import {
  type InstanceLimits,
  type LaunchArgs,
  type LaunchResult,
  type LaunchTry,
  type Placement,
  placementLabel,
} from '../../../contract';
import { diskHourlyUsd, dollars } from '../../rules/costs';
import { affordable, placementOrder } from '../../rules/placements';
import { KEPT_TRIES } from '../../rules/status-size';
import { clampTime, iso, shorten } from '../../rules/texts';
import { enter } from '../board';
import { GivenUp, LaunchUnknown, launchedNothing, NotLaunched, rootMessage } from '../shared/failures';
import { launchInstance } from '../shared/steps';
import { lastTryWhenOver } from '../shared/waiting';
import type { Attempt } from '../state/attempt';
import type { Run } from '../state/run';
import { waitForCapacity } from './capacity';
import { stage } from './stage';

/**
 * Launches the attempt's instance: the placements in order, each refused one followed at once by the next; when all have
 * refused, a growing wait and again from the top, until `limits.capacityWait` is used up.
 */
export async function launch(run: Run, attempt: Attempt): Promise<void> {
  await stage(run, attempt, 'launch', async () => {
    while (attempt.status.instanceId === undefined) {
      if (run.over) throw new GivenUp(run.whyOver);
      // Later rounds stay `waiting-for-capacity`: to flip the phase twice a round would fill the history.
      if (run.refusedRounds === 0) enter(run, 'launching');
      const refused = await tryEach(run, attempt, candidates(run));
      if (refused && !run.over) await waitForCapacity(run, lastRefusal(attempt));
    }
    const { instanceId, placement } = attempt.status;
    if (placement) tellFallback(run, placement);
    return { detail: placement ? `${instanceId}  ${placementLabel(placement)} ${dollars(placement.hourlyUsd)}/h` : '' };
  });
}

/** Where the run may try now: in order, and for no more than is left of its budget. */
function candidates(run: Run): Placement[] {
  const { placements, spec, diskUsdPerGiBMonth } = run.plan;
  const left = run.maxCostUsd - run.costUsd;
  const disk = diskHourlyUsd(spec.resources.diskGiB, diskUsdPerGiBMonth);
  const order = affordable(placementOrder(placements, run.taken), left, disk);
  if (order.length > 0) return order;
  run.ask({
    outcome: 'budget',
    reason: `no placement costs as little as what is left of limits.maxCostUsd (${dollars(Math.max(0, left))})`,
    mode: 'graceful',
  });
  return [];
}

/** Answers whether all have refused. */
async function tryEach(run: Run, attempt: Attempt, placements: Placement[]): Promise<boolean> {
  for (const placement of placements) {
    let spent = true;
    while (spent) {
      if (run.over) throw new GivenUp(run.whyOver);
      const result = await tryOne(run, attempt, placement);
      if (result.kind === 'launched') return false;
      if (result.refusal === 'fatal') refuseForGood(run, placement, result);
      spent = result.refusal === 'token-spent';
    }
  }
  return true;
}

async function tryOne(run: Run, attempt: Attempt, placement: Placement): Promise<LaunchResult> {
  const args = launchArgs(run, attempt, placement);
  const attempted: LaunchTry = { try: args.try, placement, at: iso(Date.now()) };
  const askedAt = Date.now();
  attempt.status.tries = [...attempt.status.tries, attempted].slice(-KEPT_TRIES);

  attempt.undo.expect(args);
  const summary = `attempt ${attempt.number}, try ${args.try}: ${placementLabel(placement)}`;
  const launching = lastTryWhenOver(run, () => launchInstance(summary, args));
  const result = await launching.catch((error: unknown) => {
    attempted.message = shorten(rootMessage(error), 300);
    if (launchedNothing(error)) {
      attempt.undo.learn(args, { kind: 'refused' });
      throw new NotLaunched(`nothing was launched: ${rootMessage(error)}`);
    }
    // It may exist. Its costs count from the call on, until undo has shown that there was nothing.
    attempt.status.placement = placement;
    run.bill(attempt, placement, askedAt);
    throw new LaunchUnknown(`nobody knows whether the launch took effect: ${rootMessage(error)}`);
  });
  attempt.undo.learn(args, result);

  if (result.kind === 'refused') {
    const { code, message, refusal } = result;
    Object.assign(attempted, { code, message: shorten(message, 300), kind: refusal });
    return result;
  }
  const launchedAt = clampTime(result.launchedAt, askedAt, Date.now());
  const { instanceId, hostKey } = result;
  Object.assign(attempt.status, { instanceId, hostKey, placement, launchedAt: iso(launchedAt) });
  run.bill(attempt, placement, launchedAt);
  run.refusedRounds = 0;
  return result;
}

function launchArgs(run: Run, attempt: Attempt, placement: Placement): LaunchArgs {
  const { spec, imageId, hostSettings } = run.plan;
  attempt.launches += 1;
  return {
    node: run.nodeRef(attempt.number),
    project: spec.project,
    placement,
    try: attempt.launches,
    imageId,
    diskGiB: spec.resources.diskGiB,
    sshKeys: spec.access.sshKeys,
    leaseSeconds: spec.limits.leaseSeconds,
    hostDeadline: run.hostDeadline,
    graceSeconds: spec.checkpoints.graceSeconds,
    ...(hostSettings && { settings: hostSettings }),
    limits: limitsOf(run, placement),
  };
}

function limitsOf(run: Run, placement: Placement): InstanceLimits {
  const spentAt = run.spentAt(placement);
  return {
    deadline: Math.ceil(run.deadline / 1000),
    ...(Number.isFinite(spentAt) ? { budgetEnd: Math.ceil(spentAt / 1000) } : {}),
  };
}

function refuseForGood(run: Run, placement: Placement, refusal: { code: string; message: string }): never {
  const reason = `EC2 refused to launch ${placementLabel(placement)}, and no other placement would mend that: ${refusal.code}: ${refusal.message}`;
  run.decide({ outcome: 'failed', reason });
  throw new GivenUp(reason);
}

/** Somebody who asked for spot should know when the dearer market was taken, and what it costs. */
function tellFallback(run: Run, { market, hourlyUsd }: Placement): void {
  const spot = run.plan.placements.filter((p) => p.market === 'spot').map((p) => p.hourlyUsd);
  if (market === 'on-demand' && spot.length > 0)
    run.warn(`no spot capacity: on demand at ${dollars(hourlyUsd)}/h (spot: from ${dollars(Math.min(...spot))}/h)`);
}

function lastRefusal({ status }: Attempt): string {
  const last = status.tries.at(-1);
  return last ? `${placementLabel(last.placement)}: ${last.code}: ${last.message}` : 'nothing to try';
}
