import { conformance } from './contract';

/** AWS itself, with the environment's region (us-east-1) and credentials: some dozens of t3.micro for minutes, a few cents. */
export const aws = () =>
  conformance({
    cloud: {
      name: 'AWS',
      patienceSeconds: 300,
      open: async () => ({
        endpoint: undefined,
        region: process.env.AWS_REGION ?? 'us-east-1',
        credentials: undefined,
        close: async () => undefined,
      }),
    },
    skip: [
      {
        reason: 'they ask the local cloud itself, beside AWS’s calls: its clock, its faults, its folder, its keys',
        tests: [
          'ec2 › protocol › the wire',
          'ec2 › states › a terminated instance',
          'ec2 › client-token › a launch refused for capacity',
          's3 › auth › presigned URLs › expire',
          's3 › lists › 10,000 keys',
        ],
      },
      {
        reason:
          'they name zones and types of the local cloud’s catalogue, and AWS offers these elsewhere or everywhere',
        tests: [
          'ec2 › run-instances › a type that a zone does not offer',
          'ec2 › catalog › a type that one zone lacks',
        ],
      },
      {
        reason: 'it needs a role that FIS can take on, and looks into the instance’s metadata from outside',
        tests: ['fis › '],
      },
      {
        reason: 'this client asks one region by path style',
        tests: [
          's3 › buckets › virtual host style',
          's3 › buckets › what is not here says so',
          's3 › buckets › LocationConstraint › elsewhere it must be the region; again is 409 there',
        ],
      },
    ],
  });
