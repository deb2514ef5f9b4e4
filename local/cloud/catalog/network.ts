export const REGION = 'us-east-1';
/** The account that everything belongs to. */
export const ACCOUNT_ID = '111122223333';
export const VPC_ID = 'vpc-010ca1000000000a0';

export interface Zone {
  name: string;
  id: string;
  subnetId: string;
  cidr: string;
}

/** One default VPC, one /20 default subnet a zone, as every new account has them. */
export const ZONES: readonly Zone[] = [
  { name: 'us-east-1a', id: 'use1-az1', subnetId: 'subnet-010ca1000000000a1', cidr: '172.31.0.0/20' },
  { name: 'us-east-1b', id: 'use1-az2', subnetId: 'subnet-010ca1000000000b1', cidr: '172.31.16.0/20' },
  { name: 'us-east-1c', id: 'use1-az4', subnetId: 'subnet-010ca1000000000c1', cidr: '172.31.32.0/20' },
];

/** Of the default VPC; it can neither be removed nor tagged here. */
export const DEFAULT_GROUP = {
  id: 'sg-010ca1000000000d0',
  name: 'default',
  description: 'default VPC security group',
};

export const findZone = (name: string): Zone | undefined => ZONES.find((zone) => zone.name === name);
export const zoneOfSubnet = (subnetId: string): Zone | undefined => ZONES.find((zone) => zone.subnetId === subnetId);
