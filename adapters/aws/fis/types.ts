import type { CallOptions } from '../call-options';

/** How an experiment fares: AWS FIS's status, and its words for it. */
export interface ExperimentState {
  /** `pending`, `initiating`, `running`, `completed`, `stopping`, `stopped`, `failed`. */
  status: string;
  reason: string;
}

/** Why FIS cannot be used on this installation: what is missing, and how to get it. Nothing is wrong with the instance. */
export class FisNotSetUp extends Error {
  override readonly name = 'FisNotSetUp';
}

/**
 * AWS FIS, as far as an interruption of spot instances needs it ("aws:ec2:send-spot-instance-interruptions", AWS FIS actions
 * reference). Every method throws the SDK's service errors as they are.
 */
export interface Fis {
  /**
   * Makes a template that would interrupt one instance, and answers its id.
   * @throws FisNotSetUp when the settings name no role
   */
  makeTemplate(instanceId: string, tags: Record<string, string>, options?: CallOptions): Promise<string>;
  /**
   * Orders a notice for one running spot instance of this account: EC2 gives it at once, and takes the instance two minutes later.
   * The template that this makes carries the tags.
   * @throws FisNotSetUp when the settings name no role
   */
  startInterruption(instanceId: string, tags: Record<string, string>, options?: CallOptions): Promise<Started>;
  experiment(id: string, options?: CallOptions): Promise<ExperimentState>;
  /** Ids of the templates with all of these tags. */
  templates(tags: Record<string, string>, options?: CallOptions): Promise<string[]>;
  /** One that is gone is fine. */
  deleteTemplate(id: string, options?: CallOptions): Promise<void>;
  /** Ends idle connections. */
  close(): void;
}

export interface Started {
  templateId: string;
  experimentId: string;
}
