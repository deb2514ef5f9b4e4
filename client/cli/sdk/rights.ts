/** Alone in its file: it needs the SDKs of EC2, S3 and FIS, which only `trainctl doctor` loads together. */
export { checkRights } from '../../../adapters/aws/rights/check';
