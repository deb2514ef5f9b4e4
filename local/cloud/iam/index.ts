export { ec2Requests } from './ec2';
export { fisRequests } from './fis';
export { CallLog, type RecordedCall } from './log';
export { s3Requests } from './s3';
