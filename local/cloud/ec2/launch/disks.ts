import type { Image } from '../../catalog/images';
import { Ec2Error, errors } from '../protocol/errors';
import type { Params } from '../protocol/params';

export interface LaunchDisk {
  deviceName: string;
  sizeGiB: number;
  type: string;
  iops: number | undefined;
  throughput: number | undefined;
  encrypted: boolean;
  kmsKeyId: string | undefined;
  snapshotId: string | undefined;
  deleteOnTermination: boolean;
}

/** Sizes in GiB that each volume type allows. */
const SIZES: Record<string, [min: number, max: number]> = {
  gp2: [1, 16_384],
  gp3: [1, 65_536],
  io1: [4, 16_384],
  io2: [4, 65_536],
  st1: [125, 16_384],
  sc1: [125, 16_384],
  standard: [1, 1024],
};

const GP3_IOPS = 3000;
const GP3_THROUGHPUT = 125;

/** The disks of a launch: the image's root with the request's changes, then the request's others. */
export function readDisks(params: Params, image: Image): LaunchDisk[] {
  const mappings = params.structs('BlockDeviceMapping');
  const names = mappings.map((mapping) => mapping.required('DeviceName'));
  const root = mappings.find((_, index) => names[index] === image.rootDeviceName);
  return [
    readDisk(root?.struct('Ebs'), image.rootDeviceName, image),
    ...mappings
      .filter((mapping) => mapping !== root && !mapping.has('NoDevice') && mapping.has('Ebs'))
      .map((mapping) => readDisk(mapping.struct('Ebs'), mapping.required('DeviceName'), undefined)),
  ];
}

/** @param image - given for the root disk: its snapshot and size are the defaults, and it goes with the instance. */
function readDisk(ebs: Params | undefined, deviceName: string, image: Image | undefined): LaunchDisk {
  const type = ebs?.string('VolumeType') ?? image?.rootType ?? 'gp2';
  const range = Object.hasOwn(SIZES, type) ? SIZES[type] : undefined;
  if (!range) throw new Ec2Error('UnknownVolumeType', `Unsupported volume type '${type}' for volume creation.`);
  const snapshotId = ebs?.string('SnapshotId') ?? image?.rootSnapshotId;
  const sizeGiB = ebs?.integer('VolumeSize') ?? image?.rootSizeGiB;
  if (sizeGiB === undefined) throw errors.missingParameter('size/snapshot');
  if (image && sizeGiB < image.rootSizeGiB) {
    throw new Ec2Error(
      'InvalidBlockDeviceMapping',
      `Volume of size ${sizeGiB}GB is smaller than snapshot '${image.rootSnapshotId}', expect size >= ${image.rootSizeGiB}GB`,
    );
  }
  if (sizeGiB < range[0] || sizeGiB > range[1]) {
    throw errors.invalidValue(
      `Volume of ${sizeGiB}GiB is ${sizeGiB < range[0] ? 'too small' : 'too large'} for volume type ${type}; ${sizeGiB < range[0] ? `minimum is ${range[0]}` : `maximum is ${range[1]}`}GiB.`,
    );
  }
  const iops = ebs?.integer('Iops');
  if ((type === 'io1' || type === 'io2') && iops === undefined) throw errors.missingParameter('iops');
  return {
    deviceName,
    sizeGiB,
    type,
    iops:
      iops ?? (type === 'gp3' ? GP3_IOPS : type === 'gp2' ? Math.min(16_000, Math.max(100, sizeGiB * 3)) : undefined),
    throughput: type === 'gp3' ? (ebs?.integer('Throughput') ?? GP3_THROUGHPUT) : undefined,
    encrypted: ebs?.boolean('Encrypted') ?? false,
    kmsKeyId: ebs?.string('KmsKeyId'),
    snapshotId,
    deleteOnTermination: ebs?.boolean('DeleteOnTermination') ?? image !== undefined,
  };
}
