/**
 * On-demand dollars per hour, Linux, us-east-1, as published at aws.amazon.com/ec2/pricing/on-demand. AWS's price list is not
 * part of EC2's API, and prices of a region differ by some percent: for exact figures give `prices` in the settings.
 */
export const PRICE_TABLE_DATE = '2026-11';

/** Dollars per GiB and month of a gp3 disk in us-east-1 (aws.amazon.com/ebs/pricing). */
export const DISK_USD_PER_GIB_MONTH = 0.08;

export const ON_DEMAND_USD: Readonly<Record<string, number>> = {
  't3.micro': 0.0104,
  't3.small': 0.0208,
  't3.medium': 0.0416,
  't3.large': 0.0832,
  't3.xlarge': 0.1664,
  't3.2xlarge': 0.3328,
  'c5.large': 0.085,
  'c5.xlarge': 0.17,
  'c5.2xlarge': 0.34,
  'c5.4xlarge': 0.68,
  'c5.9xlarge': 1.53,
  'm5.large': 0.096,
  'm5.xlarge': 0.192,
  'm5.2xlarge': 0.384,
  'm5.4xlarge': 0.768,
  'r5.large': 0.126,
  'r5.xlarge': 0.252,
  'r5.2xlarge': 0.504,
  'g4dn.xlarge': 0.526,
  'g4dn.2xlarge': 0.752,
  'g4dn.4xlarge': 1.204,
  'g4dn.8xlarge': 2.176,
  'g4dn.12xlarge': 3.912,
  'g5.xlarge': 1.006,
  'g5.2xlarge': 1.212,
  'g5.4xlarge': 1.624,
  'g5.8xlarge': 2.448,
  'g5.12xlarge': 5.672,
  'g5.48xlarge': 16.288,
  'g6.xlarge': 0.8048,
  'g6.2xlarge': 0.9776,
  'p3.2xlarge': 3.06,
  'p3.8xlarge': 12.24,
  'p3.16xlarge': 24.48,
  'p4d.24xlarge': 32.77,
  'p5.48xlarge': 98.32,
  'trn2.2xlarge': 1.34,
};
