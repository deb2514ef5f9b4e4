import type { Settings } from '../../../contract';
import type { S3Fault } from './look';

type Place = Pick<Settings, 'cloud' | 'region'>;

/** The command that makes a bucket. With `cloud: local` it has to be told where the local cloud is. */
export function makeBucket(bucket: string, { cloud, region }: Place): string {
  if (cloud === 'local') return `(eval "$(trainctl stack env)"; aws s3 mb s3://${bucket})`;
  return `aws s3 mb s3://${bucket} --region ${region}`;
}

/**
 * What is wrong with an address of a spec, and what to do about it.
 * @param key where the spec has it, such as `outputs[0].to`
 */
export function addressFault(fault: S3Fault, address: string, key: string, place: Place): string {
  const said = `${address}: ${fault.message}`;
  const bucket = /^s3:\/\/([^/]+)/.exec(address)?.[1];
  if (fault.of === undefined || bucket === undefined) return said;
  if (fault.of === 'region') return `${said} than ${place.region}; name one of that region in ${key}`;
  if (fault.of === 'name') return `${said}; name another in ${key}`;
  if (key.startsWith('inputs')) {
    const make = `or make it and put the data there: ${makeBucket(bucket, place)}`;
    return `${said}; name the one that holds the data in ${key}, ${make}`;
  }
  return `${said}; name another in ${key}, or make it: ${makeBucket(bucket, place)}`;
}
