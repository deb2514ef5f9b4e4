/** The servers that this version of trainctl is tested with. `modules/` pins the same versions, with their sums. */
export const TEMPORAL_CLI_VERSION = '1.8.2';
/** The Temporal server inside that CLI. */
export const TEMPORAL_SERVER_VERSION = '1.31.2';
export const TEST_SERVER_VERSION = '1.38.0';
/** What modules/temporal/go.mod asks for. */
export const GO_MINIMUM = '1.26.4';

/** Compares dotted versions. */
export function atLeast(version: string, minimum: string): boolean {
  const [a, b] = [version, minimum].map((text) => text.split('.').map((part) => Number.parseInt(part, 10) || 0));
  for (let i = 0; i < 3; i++) {
    const difference = (a?.[i] ?? 0) - (b?.[i] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}
