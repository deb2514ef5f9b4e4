import type { Ec2 } from '../../adapters/aws';
import type { RunRef } from '../../contract';
import type { Watchers } from './types';

export * from './types';

export declare function createWatchers(ec2: Ec2, owner: Pick<RunRef, 'installation' | 'namespaceId'>): Watchers;
