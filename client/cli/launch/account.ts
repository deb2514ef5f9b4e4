/** Alone in its file, so that EC2's SDK is loaded by who asks. */
export { payingAccount } from '../../../adapters/aws/account';
