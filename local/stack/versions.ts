/** The servers that this version of trainctl is tested with. `modules/` pins the same versions, with their sums. */
export const TEMPORAL_CLI_VERSION = '1.8.2';
/** The Temporal server inside that CLI. */
export const TEMPORAL_SERVER_VERSION = '1.31.2';
export const TEST_SERVER_VERSION = '1.38.0';
/** What modules/temporal/go.mod asks for. */
export const GO_MINIMUM = '1.26.4';
