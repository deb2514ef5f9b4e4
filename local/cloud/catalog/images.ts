export interface Image {
  id: string;
  name: string;
  description: string;
  ownerId: string;
  ownerAlias?: string;
  creationDate: string;
  rootDeviceName: string;
  rootSnapshotId: string;
  rootSizeGiB: number;
  rootType: string;
  /** Set when the image asks for IMDSv2 only. */
  imdsSupport?: 'v2.0';
}

const CANONICAL = '099720109477';
const AMAZON = '898082745236';
const AMAZON_LINUX = '137112412989';

export const IMAGES: readonly Image[] = [
  {
    id: 'ami-0a24040000000a001',
    name: 'ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-server-20261015',
    description: 'Canonical, Ubuntu, 24.04, amd64 noble image',
    ownerId: CANONICAL,
    creationDate: '2026-10-15T06:12:41.000Z',
    rootDeviceName: '/dev/sda1',
    rootSnapshotId: 'snap-0a24040000000a001',
    rootSizeGiB: 8,
    rootType: 'gp3',
  },
  {
    id: 'ami-0a22040000000a002',
    name: 'ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-amd64-server-20261012',
    description: 'Canonical, Ubuntu, 22.04 LTS, amd64 jammy image',
    ownerId: CANONICAL,
    creationDate: '2026-10-12T05:47:10.000Z',
    rootDeviceName: '/dev/sda1',
    rootSnapshotId: 'snap-0a22040000000a002',
    rootSizeGiB: 8,
    rootType: 'gp2',
  },
  {
    id: 'ami-0d1a220400000a003',
    name: 'Deep Learning OSS Nvidia Driver AMI GPU PyTorch 2.9 (Ubuntu 22.04) 20261020',
    description: 'Supported EC2 instances: G4dn, G5, G6, Gr6, P4, P4de, P5',
    ownerId: AMAZON,
    ownerAlias: 'amazon',
    creationDate: '2026-10-20T19:03:55.000Z',
    rootDeviceName: '/dev/sda1',
    rootSnapshotId: 'snap-0d1a220400000a003',
    rootSizeGiB: 45,
    rootType: 'gp3',
  },
  {
    id: 'ami-0a12023000000a004',
    name: 'al2023-ami-2023.9.20261013.0-kernel-6.12-x86_64',
    description: 'Amazon Linux 2023 AMI',
    ownerId: AMAZON_LINUX,
    ownerAlias: 'amazon',
    creationDate: '2026-10-13T22:18:32.000Z',
    rootDeviceName: '/dev/xvda',
    rootSnapshotId: 'snap-0a12023000000a004',
    rootSizeGiB: 8,
    rootType: 'gp3',
    imdsSupport: 'v2.0',
  },
];

/** Public parameters that RunInstances resolves by `resolve:ssm:NAME`; the first match wins. */
const SSM_PARAMETERS: [pattern: RegExp, imageId: string][] = [
  [/^\/aws\/service\/canonical\/ubuntu\/server(-minimal)?\/24\.04\/.*amd64.*\/ami-id$/, 'ami-0a24040000000a001'],
  [/^\/aws\/service\/canonical\/ubuntu\/server(-minimal)?\/22\.04\/.*amd64.*\/ami-id$/, 'ami-0a22040000000a002'],
  [/^\/aws\/service\/deeplearning\/ami\/x86_64\/.*ubuntu-2[24]\.04\/latest\/ami-id$/, 'ami-0d1a220400000a003'],
  [/^\/aws\/service\/ami-amazon-linux-latest\/al2023-ami-kernel-[a-z0-9.]+-x86_64$/, 'ami-0a12023000000a004'],
];

const BY_ID = new Map(IMAGES.map((image) => [image.id, image]));

export const findImage = (id: string): Image | undefined => BY_ID.get(id);

/** The image that a public SSM parameter names; a version or label suffix (`:3`) is ignored. */
export function imageOfParameter(name: string): Image | undefined {
  const bare = name.replace(/:[^/:]+$/, '');
  const row = SSM_PARAMETERS.find(([pattern]) => pattern.test(bare));
  return row && findImage(row[1]);
}
