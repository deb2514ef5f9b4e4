import type { Placement, RunSpec } from '../../contract';

/**
 * Answers of activities stay below 16 KiB, because they stay in the workflow's history. A spec has at most 12 KiB
 * (contract/schema), 1 KiB is for the rest of the answer, placements get what is left.
 */
const ANSWER_BYTES = 16 * 1024;
const REST_BYTES = 1024;

const sizeOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

/** As many placements as fit beside the spec: the last ones of the longer market go first, so that both stay. */
export function fitPlacements(spec: RunSpec, placements: readonly Placement[]): Placement[] {
  const kept = [...placements];
  let room = ANSWER_BYTES - REST_BYTES - sizeOf(spec) - sizeOf(kept);
  while (room < 0 && kept.length > 1) {
    const spot = kept.filter(({ market }) => market === 'spot').length;
    const longer = spot > kept.length - spot ? 'spot' : 'on-demand';
    const index = kept.findLastIndex(({ market }) => market === longer);
    const [dropped] = kept.splice(index, 1);
    room += sizeOf(dropped) + 1;
  }
  return kept;
}
