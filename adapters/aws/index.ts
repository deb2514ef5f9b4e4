import type { Settings } from '../../contract';
import type { ObjectStore } from './store-types';
import type { Ec2 } from './types';

export * from './errors';
export * from './store-types';
export * from './types';

/** EC2 of the settings' region. On the local cloud only the settings' endpoint and credentials are used. */
export declare function createEc2(settings: Settings): Ec2;
export declare function createObjectStore(settings: Settings): ObjectStore;
/** The service's own error code (`InsufficientInstanceCapacity`), undefined when EC2 or S3 did not answer at all. */
export declare function awsErrorCode(error: unknown): string | undefined;
export type AwsErrorKind = 'throttling' | 'transient' | 'unknown-result' | 'refusal';
/** What an error of a call means: see classify.ts. */
export declare function classify(error: unknown): AwsErrorKind;
/** On-demand dollars per hour and where the number is from; undefined for a type that nobody knows. */
export declare function onDemandPrice(
  settings: Settings,
  instanceType: string,
): { hourlyUsd: number; source: string } | undefined;
/** Dollars per GiB and month of a gp3 disk. */
export declare const DISK_USD_PER_GIB_MONTH: number;
