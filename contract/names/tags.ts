import type { NodeRef } from '../run/ids';
import { briefId, runIdTags } from './run-tags';

/** Tags that every instance, volume and spot request of trainctl carries from the launch call on. */
export const TAGS = {
  installation: 'trainctl:installation',
  namespace: 'trainctl:namespace',
  /** The workflow id, as `run-tags.ts` writes it. */
  run: 'trainctl:run',
  runKey: 'trainctl:run-key',
  attempt: 'trainctl:attempt',
  node: 'trainctl:node',
  project: 'trainctl:project',
  /** When the run's time is over, ISO 8601 as of the launch. */
  deadline: 'trainctl:deadline',
  /** When what was left of the budget is spent on this instance alone, ISO 8601 as of the launch. */
  budgetEnd: 'trainctl:budget-end',
  /** `checkpoints.grace`, seconds: what its end may take after a limit. */
  grace: 'trainctl:grace',
  /** `true`: the reconciler never ends it. For people, who may set it on anything. */
  protected: 'trainctl:protected',
  /** `true`: made to outlive its run; the reconciler never ends it. */
  persistent: 'trainctl:persistent',
  /** Overrides the SSH port of the settings, for hosts behind a port forward. */
  sshPort: 'trainctl:ssh-port',
} as const;

/** The tags of one node, as EC2 takes them. */
export function nodeTags(node: NodeRef, project: string): Record<string, string> {
  return {
    Name: `trainctl ${briefId(node.workflowId)} a${node.attempt} n${node.node}`,
    [TAGS.installation]: node.installation,
    [TAGS.namespace]: node.namespaceId,
    ...runIdTags(node.workflowId),
    [TAGS.runKey]: node.runKey,
    [TAGS.attempt]: String(node.attempt),
    [TAGS.node]: String(node.node),
    [TAGS.project]: project,
  };
}
