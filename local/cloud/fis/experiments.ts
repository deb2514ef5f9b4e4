import { randomBytes } from 'node:crypto';
import { ACCOUNT_ID } from '../catalog/network';
import type { ScaledClock } from '../state/clock';
import type { Interruptions } from '../state/interruptions';
import type { Instance } from '../state/model';
import type { Store } from '../state/store';
import { durationSeconds } from './duration';
import { errors } from './errors';
import { type Experiment, hasEnded, type State, type Template } from './model';
import { MAX_INSTANCES, resolve, unknownPath } from './resolve';

/** The role that FIS can take on here; there is no IAM that could make another. */
export const FIS_ROLE = `arn:aws:iam::${ACCOUNT_ID}:role/trainctl-fis`;
/** AWS FIS quotas: "Active experiments in the account". */
const MAX_ACTIVE = 5;
/** Of EC2's seconds: until targets are known and an action begins, and until EC2 has taken the order. */
const INITIATING_SECONDS = 10;
const ACTION_SECONDS = 10;

/** `EXT` or `EXP` and 15 or 16 letters and digits. */
export const newFisId = (kind: 'EXT' | 'EXP'): string =>
  `${kind}${randomBytes(12).toString('base64url').replace(/[-_]/g, 'x')}`;

/** Starts experiments, and leads them to their end. */
export class Experiments {
  private readonly cancels = new Map<string, () => void>();

  constructor(
    private readonly cloud: {
      store: Store;
      clock: ScaledClock;
      interruptions: Interruptions;
      /** Called after every change. */
      changed: () => void;
    },
  ) {}

  start(template: Template, tags: Record<string, string>): Experiment {
    const { experiments } = this.cloud.store;
    if ([...experiments.values()].filter(({ state }) => !hasEnded(state)).length >= MAX_ACTIVE) {
      throw errors.quota(`The account has ${MAX_ACTIVE} active experiments, which is its quota.`);
    }
    const now = new Date();
    const experiment: Experiment = {
      id: newFisId('EXP'),
      template,
      state: { status: 'initiating', reason: 'Experiment is initiating.' },
      actions: Object.fromEntries(
        Object.keys(template.actions).map((name) => [
          name,
          { state: { status: 'pending' as const, reason: 'Initial state' } },
        ]),
      ),
      tags,
      creationTime: now,
      startTime: now,
    };
    experiments.set(experiment.id, experiment);
    this.later(experiment, INITIATING_SECONDS, () => this.run(experiment));
    return experiment;
  }

  /** What EC2 has been told stays told. @throws FisError when it has ended */
  stop(experiment: Experiment): void {
    if (hasEnded(experiment.state)) {
      throw errors.validation(`Experiment ${experiment.id} is ${experiment.state.status} and cannot be stopped.`);
    }
    this.end(experiment, { status: 'stopped', reason: 'Experiment stopped by user.' });
  }

  /** After the store was filled from a file: nobody goes on with what was under way. */
  restored(): void {
    for (const experiment of this.cloud.store.experiments.values()) {
      if (!hasEnded(experiment.state)) this.fail(experiment, 'InternalFailure', 'The local cloud ended.');
    }
  }

  private run(experiment: Experiment): void {
    const { targets, actions, roleArn, experimentOptions } = experiment.template;
    if (roleArn !== FIS_ROLE) {
      this.fail(experiment, 'AuthorizationFailure', `Unable to assume role ${roleArn}.`);
      return;
    }
    const found = new Map<string, Instance[]>();
    for (const [name, target] of Object.entries(targets)) {
      const path = unknownPath(target);
      if (path !== undefined) {
        this.fail(experiment, 'ConfigurationFailure', `The local cloud knows no filter ${path}.`, `targets/${name}`);
        return;
      }
      const instances = resolve(this.cloud.store, target);
      if (instances.length > MAX_INSTANCES) {
        const reason = `Target resolution exceeded ${MAX_INSTANCES} resources.`;
        this.fail(experiment, 'QuotaExceededFailure', reason, `targets/${name}`);
        return;
      }
      if (instances.length === 0 && experimentOptions.emptyTargetResolutionMode === 'fail') {
        this.fail(experiment, 'InvalidTarget', 'Target resolution returned empty set.', `targets/${name}`);
        return;
      }
      found.set(name, instances);
    }
    experiment.state = { status: 'running', reason: 'Experiment is running.' };
    for (const [name, { parameters, targets: of }] of Object.entries(actions)) {
      const seconds = durationSeconds(parameters.durationBeforeInterruption ?? '') ?? 120;
      const instances = found.get(Object.values(of)[0] ?? '') ?? [];
      for (const instance of instances) this.cloud.interruptions.order(instance, seconds);
      const state: State =
        instances.length > 0
          ? { status: 'running', reason: 'Action is running.' }
          : { status: 'skipped', reason: 'Action was skipped: its target is empty.' };
      experiment.actions[name] = { state, startTime: new Date() };
    }
    this.cloud.changed();
    this.later(experiment, ACTION_SECONDS, () =>
      this.end(experiment, { status: 'completed', reason: 'Experiment completed.' }),
    );
  }

  private fail(experiment: Experiment, code: string, reason: string, location?: string): void {
    const error = { accountId: ACCOUNT_ID, code, ...(location === undefined ? {} : { location }) };
    this.end(experiment, { status: 'failed', reason, error });
  }

  private end(experiment: Experiment, state: State): void {
    this.cancels.get(experiment.id)?.();
    this.cancels.delete(experiment.id);
    const now = new Date();
    experiment.state = state;
    experiment.endTime = now;
    for (const action of Object.values(experiment.actions)) {
      if (hasEnded(action.state)) continue;
      const begun = action.startTime !== undefined;
      action.state =
        state.status === 'completed'
          ? { status: 'completed', reason: 'Action was completed.' }
          : begun
            ? { status: 'stopped', reason: 'Action was stopped.' }
            : { status: 'cancelled', reason: 'Action was cancelled.' };
      if (begun) action.endTime = now;
    }
    this.cloud.changed();
  }

  private later(experiment: Experiment, seconds: number, run: () => void): void {
    this.cancels.set(experiment.id, this.cloud.clock.after(seconds, run));
  }
}
