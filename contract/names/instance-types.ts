/**
 * Families with GPUs or other accelerators that AWS's Deep Learning AMI drives: `g4dn`, `g5`, `g6e`, `p4d`, `p5en` … The
 * letter must be followed by a generation's number. Source: EC2's naming of instance types.
 */
const GPU_FAMILY = /^(g|p)\d/;

/** Whether an instance type has GPUs, by its family's name. */
export function isGpuType(instanceType: string): boolean {
  return GPU_FAMILY.test(instanceType);
}
