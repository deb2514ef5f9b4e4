import { DescribeSecurityGroupsCommand, EC2Client } from '@aws-sdk/client-ec2';
import type { Settings } from '../../contract';
import { applicationId } from './application-id';

/**
 * The account that would pay, so that a person can recognise it before saying yes. Read from the owner of a security group:
 * every account has one, and EC2 is asked anyway. Undefined when this identity may not look.
 */
export async function payingAccount(
  settings: Pick<Settings, 'region' | 'endpoints' | 'installation'>,
): Promise<string | undefined> {
  const ec2 = new EC2Client({
    region: settings.region,
    userAgentAppId: process.env.AWS_SDK_UA_APP_ID || applicationId('client', settings),
    maxAttempts: 1,
    requestHandler: { connectionTimeout: 3_000, requestTimeout: 5_000 },
    ...(settings.endpoints.ec2 === undefined ? {} : { endpoint: settings.endpoints.ec2 }),
  });
  try {
    // 5 is DescribeSecurityGroups' smallest page. Groups of other accounts may be shared with this one, but no default group is.
    const Filters = [{ Name: 'group-name', Values: ['default'] }];
    const { SecurityGroups } = await ec2.send(new DescribeSecurityGroupsCommand({ Filters, MaxResults: 5 }));
    return SecurityGroups?.[0]?.OwnerId;
  } catch {
    return undefined;
  } finally {
    ec2.destroy();
  }
}
