const sorted = (list) => list.toSorted((a, b) => a - b);

export const median = (list) => sorted(list)[Math.floor(list.length / 2)];

/** The smallest figure that at least the part `p` of all do not exceed. */
export const percentile = (list, p) => sorted(list)[Math.min(list.length - 1, Math.ceil(p * list.length) - 1)];
