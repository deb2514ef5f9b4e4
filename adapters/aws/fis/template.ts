import type { CreateExperimentTemplateCommandInput } from '@aws-sdk/client-fis';

/** Minutes from the order until EC2 takes the instance; its notice comes two minutes before, so that it is given at once. */
const LEAD = 'PT2M';

/** Of a role: partition and account, which are those of the instance too. */
const ROLE = /^arn:(aws[a-z-]*):iam::(\d{12}):role\//;

/** The template that interrupts one instance, by its ARN: nothing else can be meant. */
export function interruptionTemplate(of: {
  instanceId: string;
  region: string;
  roleArn: string;
  tags: Record<string, string>;
}): CreateExperimentTemplateCommandInput {
  const [, partition, account] = ROLE.exec(of.roleArn) ?? [];
  if (partition === undefined) throw new Error(`${of.roleArn} is not the ARN of a role`);
  return {
    description: `trainctl: interrupts ${of.instanceId}`,
    roleArn: of.roleArn,
    stopConditions: [{ source: 'none' }],
    targets: {
      instance: {
        resourceType: 'aws:ec2:spot-instance',
        resourceArns: [`arn:${partition}:ec2:${of.region}:${account}:instance/${of.instanceId}`],
        selectionMode: 'ALL',
      },
    },
    actions: {
      interrupt: {
        actionId: 'aws:ec2:send-spot-instance-interruptions',
        parameters: { durationBeforeInterruption: LEAD },
        targets: { SpotInstances: 'instance' },
      },
    },
    tags: of.tags,
  };
}
