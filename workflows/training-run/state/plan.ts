import type { ResolveResult } from '../../../contract';

/** What `resolveRun` found for a valid input. */
export type Plan = Extract<ResolveResult, { kind: 'ok' }>;
