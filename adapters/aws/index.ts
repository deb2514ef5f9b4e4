export { type AwsErrorKind, awsErrorCode, awsErrorMessage, classify, launchRefusal } from './classify';
export { createEc2 } from './ec2';
export * from './errors';
export { createObjectStore } from './object-store';
export { MAX_POST_BYTES } from './presign';
export { DISK_USD_PER_GIB_MONTH } from './price-table';
export { onDemandPrice } from './prices';
export * from './store-types';
export * from './types';
