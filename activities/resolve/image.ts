import type { Settings } from '../../contract';

/**
 * Families with GPUs or other accelerators that AWS's Deep Learning AMI drives: `g4dn`, `g5`, `g6e`, `p4d`, `p5en` … The
 * letter must be followed by a generation's number. Source: EC2's naming of instance types.
 */
const GPU_FAMILY = /^(g|p)\d/;

/** Whether an instance type has GPUs, by its family's name. */
export function isGpuType(instanceType: string): boolean {
  return GPU_FAMILY.test(instanceType);
}

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
