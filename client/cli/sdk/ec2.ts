/** Alone in its file, so that what is bundled with EC2's SDK is loaded by who uses EC2. */
export { createEc2 } from '../../../adapters/aws/ec2/client';
