import { aws } from './aws';
import type { Contract, Words } from './contract';
import { local } from './local';
import { moto } from './moto';
import { versitygw } from './versitygw';

const CLOUDS: Record<string, () => Contract> = { local, aws, moto, versitygw };

/** Which cloud the contract is tried on: TRAINCTL_CONFORMANCE names it; TRAINCTL_E2E=1 means AWS; else the local cloud. */
const chosen = process.env.TRAINCTL_CONFORMANCE ?? (process.env.TRAINCTL_E2E === '1' ? 'aws' : 'local');

const make = CLOUDS[chosen];
if (!make) throw new Error(`TRAINCTL_CONFORMANCE=${chosen}: one of ${Object.keys(CLOUDS).join(', ')}`);

export const contract: Contract = make();
if (contract.cloud.missing !== undefined) console.warn(`${contract.cloud.name} is skipped: ${contract.cloud.missing}`);

/** The words for one file of the contract's tests. */
export const suite = (name: string): Words => contract.suite(name);
