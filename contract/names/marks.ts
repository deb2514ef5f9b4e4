/**
 * A file in each folder that trainctl has fetched something into: what lies beside it came from a run, and is not sent as the
 * code of another.
 */
export const FETCHED_MARK = '.trainctl-fetched';
