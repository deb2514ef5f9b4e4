import type { FaultSubject } from '../faults/kinds';
import type { FaultStore } from '../faults/store';
import type { Lifecycle } from '../state/lifecycle';
import type { Instance } from '../state/model';
import type { Store } from '../state/store';
import type { Params } from './protocol/params';
import type { Xml } from './protocol/xml';

/** What actions work on. */
export interface Ec2Cloud {
  store: Store;
  lifecycle: Lifecycle;
  faults: FaultStore;
  /** Gives a new instance its host: addresses and a folder. */
  createHost(instance: Instance): Promise<void>;
  /** Takes it back, of an instance that came to nothing. */
  discardHost(instance: Instance): Promise<void>;
  consoleOutput(instanceId: string): string;
  /** Resolves when the store is on disk. */
  save(): Promise<void>;
}

/** One request. */
export interface Call {
  action: string;
  params: Params;
  cloud: Ec2Cloud;
  /** To be called when all is validated and before any effect. @throws Ec2Error DryRunOperation */
  proceed(): void;
}

export type Body = { [element: string]: Xml };

export interface Action {
  /** Top-level parameters that it knows; others are refused, never ignored. */
  parameters: readonly string[];
  required?: readonly string[];
  /** What faults are matched against, where it is not the instances named by InstanceId. */
  subjects?(call: Call): FaultSubject[];
  run(call: Call): Body | Promise<Body>;
}

export type Actions = Record<string, Action>;

/** The reply of actions that answer nothing. */
export const VOID: Body = { return: true };
