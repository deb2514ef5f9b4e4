import { Ec2Error } from '../ec2/protocol/errors';
import type { Instance, StateName, StateReason } from './model';

export type Change = 'start' | 'stop' | 'terminate';

interface Rule {
  /** Where the change leads at once, by the state it finds. */
  from: Partial<Record<StateName, StateName>>;
  /** States in which the call succeeds and changes nothing. */
  unchanged: readonly StateName[];
  refusal(id: string): Ec2Error;
}

export const RULES: Record<Change, Rule> = {
  start: {
    from: { stopped: 'pending' },
    unchanged: ['pending', 'running'],
    refusal: (id) =>
      new Ec2Error('IncorrectInstanceState', `The instance '${id}' is not in a state from which it can be started.`),
  },
  stop: {
    from: { running: 'stopping' },
    unchanged: ['stopping', 'stopped'],
    refusal: (id) =>
      new Ec2Error('IncorrectInstanceState', `This instance '${id}' is not in a state from which it can be stopped.`),
  },
  terminate: {
    // An instance that is stopped has nothing left to shut down.
    from: {
      pending: 'shutting-down',
      running: 'shutting-down',
      stopping: 'shutting-down',
      stopped: 'terminated',
    },
    unchanged: ['shutting-down', 'terminated'],
    refusal: (id) => new Ec2Error('IncorrectInstanceState', `The instance '${id}' cannot be terminated.`),
  },
};

/** Passing states: what follows, and after how many of EC2's seconds (launch: the measured median of `running`). */
export const SETTLES: Partial<Record<StateName, { to: StateName; seconds: number }>> = {
  pending: { to: 'running', seconds: 4.8 },
  stopping: { to: 'stopped', seconds: 15 },
  'shutting-down': { to: 'terminated', seconds: 15 },
};

/** How long EC2 shows a terminated instance. */
export const TERMINATED_VISIBLE_SECONDS = 3600;
/** However fast the clock runs, a person or a slow poller can still read why an instance ended for this long. */
export const TERMINATED_VISIBLE_REAL_SECONDS = 600;

export interface Cause {
  reason: StateReason;
  /** StateTransitionReason. */
  transition: string;
}

const stamp = (at: Date): string => `${at.toISOString().slice(0, 19).replace('T', ' ')} GMT`;

/** Why an instance leaves the running state; texts as EC2 words them. */
export const causes = {
  user: (): Cause => ({
    reason: {
      code: 'Client.UserInitiatedShutdown',
      message: 'Client.UserInitiatedShutdown: User initiated shutdown',
    },
    transition: `User initiated (${stamp(new Date())})`,
  }),
  instance: (): Cause => ({
    reason: {
      code: 'Client.InstanceInitiatedShutdown',
      message: 'Client.InstanceInitiatedShutdown: Instance initiated shutdown',
    },
    transition: '',
  }),
  spotTermination: (): Cause => ({
    reason: {
      code: 'Server.SpotInstanceTermination',
      message: 'Server.SpotInstanceTermination: Spot instance termination',
    },
    transition: `Service initiated (${stamp(new Date())})`,
  }),
  spotStop: (): Cause => ({
    reason: {
      code: 'Server.SpotInstanceShutdown',
      message: 'Server.SpotInstanceShutdown: Spot instance shutdown',
    },
    transition: `Service initiated (${stamp(new Date())})`,
  }),
  /** The machine that it ran on is no more: here, the process that held all hosts was killed. */
  powerCut: (): Cause => ({
    reason: {
      code: 'Server.InternalError',
      message: 'Server.InternalError: The local cloud ended, and its hosts with it',
    },
    transition: `Service initiated (${stamp(new Date())})`,
  }),
  /** Any other code: `Server.InternalError`, `Server.ScheduledStop`, … */
  other: (code: string): Cause => ({
    reason: { code, message: `${code}: ${code.split('.').pop() ?? code}` },
    transition: `Service initiated (${stamp(new Date())})`,
  }),
};

/** Throws EC2's refusal unless `change` is allowed in the instance's state; says whether it changes anything. */
export function permits(change: Change, instance: Instance): boolean {
  const rule = RULES[change];
  if (rule.from[instance.state] !== undefined) return true;
  if (rule.unchanged.includes(instance.state)) return false;
  throw rule.refusal(instance.id);
}
