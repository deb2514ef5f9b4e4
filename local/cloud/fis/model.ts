/** What an experiment template says, as it was sent. Names of targets and actions are the caller's. */
export interface TemplateContent {
  description: string;
  targets: Record<string, Target>;
  actions: Record<string, Action>;
  stopConditions: { source: string; value?: string }[];
  roleArn: string;
  tags: Record<string, string>;
  experimentOptions: { accountTargeting: string; emptyTargetResolutionMode: string };
}

export interface Target {
  resourceType: string;
  resourceArns?: string[];
  resourceTags?: Record<string, string>;
  filters?: { path: string; values: string[] }[];
  /** `ALL`, `COUNT(n)` or `PERCENT(n)`. */
  selectionMode: string;
}

export interface Action {
  actionId: string;
  description?: string;
  parameters: Record<string, string>;
  /** By the kind that the action wants, such as `SpotInstances`, the name of a target. */
  targets: Record<string, string>;
  startAfter: string[];
}

export interface Template extends TemplateContent {
  id: string;
  creationTime: Date;
  lastUpdateTime: Date;
}

export type Status = 'pending' | 'initiating' | 'running' | 'completed' | 'stopping' | 'stopped' | 'failed';

/** How an experiment, or one of its actions, fares. `error.code` of the failed ones: AWS FIS user guide, "Troubleshooting". */
export interface State {
  status: Status | 'cancelled' | 'skipped';
  reason: string;
  error?: { accountId: string; code: string; location?: string };
}

export interface Experiment {
  id: string;
  template: Template;
  state: State;
  actions: Record<string, { state: State; startTime?: Date; endTime?: Date }>;
  tags: Record<string, string>;
  creationTime: Date;
  startTime: Date;
  endTime?: Date;
}

export const ACTION_ID = 'aws:ec2:send-spot-instance-interruptions';
export const RESOURCE_TYPE = 'aws:ec2:spot-instance';
/** What the action calls its target. */
export const TARGET_KEY = 'SpotInstances';

const ENDED: readonly State['status'][] = ['completed', 'stopped', 'failed', 'cancelled', 'skipped'];

export const hasEnded = ({ status }: State): boolean => ENDED.includes(status);
