import { findImage, IMAGES, type Image } from '../../catalog/images';
import { ACCOUNT_ID, REGION, ZONES } from '../../catalog/network';
import { findInstanceType, INSTANCE_TYPES, type InstanceType, zonesOf } from '../../catalog/types';
import type { Actions, Body, Call } from '../action';
import { applyFilters, type FilterTable } from '../filters';
import { page } from '../paging';
import { Ec2Error } from '../protocol/errors';

const TYPE_FILTERS: FilterTable<InstanceType> = {
  'bare-metal': () => false,
  'burstable-performance-supported': (t) => t.burstable,
  'current-generation': (t) => t.currentGeneration,
  'free-tier-eligible': (t) => t.name === 't3.micro',
  hypervisor: (t) => t.hypervisor,
  'instance-type': (t) => t.name,
  'memory-info.size-in-mib': (t) => t.memoryMiB,
  'processor-info.supported-architecture': () => 'x86_64',
  'supported-usage-class': () => ['on-demand', 'spot'],
  'vcpu-info.default-vcpus': (t) => t.vcpus,
};

function describeTypes({ params }: Call): Body {
  const names = params.list('InstanceType');
  const missing = names.filter((name) => !findInstanceType(name));
  if (missing.length > 0) {
    throw new Ec2Error(
      'InvalidInstanceType',
      `The following supplied instance types do not exist: [${missing.join(', ')}]`,
    );
  }
  const named = names.length > 0 ? INSTANCE_TYPES.filter((type) => names.includes(type.name)) : INSTANCE_TYPES;
  const found = applyFilters(params, TYPE_FILTERS, named);
  const { items, nextToken } = page(params, 'instanceTypes', found, (type) => type.name, names.length > 0);
  return { instanceTypeSet: items.map(renderType), nextToken };
}

function renderType(type: InstanceType): Body {
  const { gpu } = type;
  return {
    instanceType: type.name,
    currentGeneration: type.currentGeneration,
    freeTierEligible: type.name === 't3.micro',
    supportedUsageClasses: ['on-demand', 'spot'],
    supportedRootDeviceTypes: ['ebs'],
    supportedVirtualizationTypes: ['hvm'],
    bareMetal: false,
    hypervisor: type.hypervisor,
    processorInfo: { supportedArchitectures: ['x86_64'] },
    vCpuInfo: { defaultVCpus: type.vcpus, defaultCores: type.vcpus / 2, defaultThreadsPerCore: 2 },
    memoryInfo: { sizeInMiB: type.memoryMiB },
    instanceStorageSupported: false,
    gpuInfo: gpu && {
      gpus: [
        {
          name: gpu.name,
          manufacturer: gpu.manufacturer,
          count: gpu.count,
          memoryInfo: { sizeInMiB: gpu.memoryMiB },
        },
      ],
      totalGpuMemoryInMiB: gpu.count * gpu.memoryMiB,
    },
    hibernationSupported: false,
    burstablePerformanceSupported: type.burstable,
    dedicatedHostsSupported: false,
    autoRecoverySupported: true,
  };
}

interface Offering {
  instanceType: string;
  locationType: string;
  location: string;
}

/** Where a type is offered, by kind of location. */
const LOCATIONS: Record<string, (type: InstanceType) => string[]> = {
  region: () => [REGION],
  'availability-zone': zonesOf,
  'availability-zone-id': (type) => ZONES.filter((zone) => zonesOf(type).includes(zone.name)).map((zone) => zone.id),
};

const OFFERING_FILTERS: FilterTable<Offering> = {
  'instance-type': (o) => o.instanceType,
  location: (o) => o.location,
};

function describeOfferings({ params }: Call): Body {
  const kind = params.oneOf('LocationType', ['region', 'availability-zone', 'availability-zone-id'], 'region');
  const locations = LOCATIONS[kind] ?? zonesOf;
  const all = INSTANCE_TYPES.flatMap((type) =>
    locations(type).map((location) => ({ instanceType: type.name, locationType: kind, location })),
  );
  const found = applyFilters(params, OFFERING_FILTERS, all);
  const { items, nextToken } = page(params, 'offerings', found, (o) => `${o.instanceType} ${o.location}`);
  return { instanceTypeOfferingSet: items.map((offering) => ({ ...offering })), nextToken };
}

const IMAGE_FILTERS: FilterTable<Image> = {
  architecture: () => 'x86_64',
  description: (image) => image.description,
  'image-id': (image) => image.id,
  'image-type': () => 'machine',
  'is-public': () => true,
  name: (image) => image.name,
  'owner-alias': (image) => image.ownerAlias,
  'owner-id': (image) => image.ownerId,
  'root-device-name': (image) => image.rootDeviceName,
  'root-device-type': () => 'ebs',
  state: () => 'available',
  'virtualization-type': () => 'hvm',
};

function describeImages({ params }: Call): Body {
  const ids = params.list('ImageId');
  const missing = ids.filter((id) => !findImage(id));
  if (missing.length > 0) {
    throw new Ec2Error('InvalidAMIID.NotFound', `The image id '[${missing.join(', ')}]' does not exist`);
  }
  const owners = params.list('Owner').map((owner) => (owner === 'self' ? ACCOUNT_ID : owner));
  const named = IMAGES.filter(
    (image) =>
      (ids.length === 0 || ids.includes(image.id)) &&
      (owners.length === 0 || owners.includes(image.ownerId) || owners.includes(image.ownerAlias ?? '')),
  );
  const found = applyFilters(params, IMAGE_FILTERS, named);
  const { items, nextToken } = page(params, 'images', found, (image) => image.id, ids.length > 0);
  return { imagesSet: items.map(renderImage), nextToken };
}

function renderImage(image: Image): Body {
  return {
    imageId: image.id,
    imageLocation: `${image.ownerAlias ?? image.ownerId}/${image.name}`,
    imageState: 'available',
    imageOwnerId: image.ownerId,
    isPublic: true,
    architecture: 'x86_64',
    imageType: 'machine',
    imageOwnerAlias: image.ownerAlias,
    name: image.name,
    description: image.description,
    rootDeviceType: 'ebs',
    rootDeviceName: image.rootDeviceName,
    blockDeviceMapping: [
      {
        deviceName: image.rootDeviceName,
        ebs: {
          snapshotId: image.rootSnapshotId,
          volumeSize: image.rootSizeGiB,
          deleteOnTermination: true,
          volumeType: image.rootType,
          encrypted: false,
        },
      },
    ],
    virtualizationType: 'hvm',
    hypervisor: 'xen',
    enaSupport: true,
    creationDate: image.creationDate,
    platformDetails: 'Linux/UNIX',
    usageOperation: 'RunInstances',
    imdsSupport: image.imdsSupport,
  };
}

const PAGE_PARAMETERS = ['Filter', 'MaxResults', 'NextToken'];

export const catalogActions: Actions = {
  DescribeInstanceTypes: { parameters: [...PAGE_PARAMETERS, 'InstanceType'], run: describeTypes },
  DescribeInstanceTypeOfferings: { parameters: [...PAGE_PARAMETERS, 'LocationType'], run: describeOfferings },
  DescribeImages: {
    parameters: [...PAGE_PARAMETERS, 'ImageId', 'Owner', 'ExecutableBy', 'IncludeDeprecated', 'IncludeDisabled'],
    run: describeImages,
  },
};
