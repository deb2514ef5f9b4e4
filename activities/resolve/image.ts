import type { Ec2, Image } from '../../adapters/aws';
import { isGpuType, type ResourceSpec, type Settings, type SpecFault } from '../../contract';

export type ImageChoice = { imageId: string } | { fault: string };

/**
 * The image for a run's instance types: the spec's own, else the one that the settings name for their kind. One image has to
 * serve them all, so GPU and other types do not mix under `auto`.
 */
export function chooseImage(ami: string, instanceTypes: readonly string[], images: Settings['images']): ImageChoice {
  if (ami !== 'auto') return { imageId: ami };
  const gpu = instanceTypes.filter(isGpuType);
  if (gpu.length > 0 && gpu.length < instanceTypes.length) {
    const other = instanceTypes.find((type) => !isGpuType(type)) ?? '';
    return {
      fault: `${gpu[0] ?? ''} has a GPU and ${other} has none: one image cannot be chosen for both (name one as resources.ami)`,
    };
  }
  return { imageId: gpu.length > 0 ? images.gpu : images.cpu };
}

/** The run's image as EC2 knows it, or why there is none that will do. */
export async function findImage(
  ec2: Ec2,
  images: Settings['images'],
  { ami, instanceTypes, diskGiB }: ResourceSpec,
  signal: AbortSignal,
): Promise<{ image: Image } | { faults: SpecFault[] }> {
  const choice = chooseImage(ami, instanceTypes, images);
  if ('fault' in choice) return { faults: [{ path: 'resources.ami', message: choice.fault }] };
  const image = await ec2.resolveImage(choice.imageId, { signal });
  if (!image) {
    const whose = ami === 'auto' ? ', which the settings name (images)' : '';
    const message = `${ec2.region} has no image ${choice.imageId}${whose}`;
    return { faults: [{ path: 'resources.ami', message }] };
  }
  if (diskGiB >= image.rootGiB) return { image };
  const message = `${diskGiB} GiB is less than the ${image.rootGiB} GiB that image ${image.id} needs`;
  return { faults: [{ path: 'resources.disk', message }] };
}
