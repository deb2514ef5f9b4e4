// Not exported by contract/index.ts: zod is too heavy for the workflow isolate.
export { formatDuration, parseDuration, parseSize } from '../units';
export { listAnswer, resultAnswer, statusAnswer } from './answers';
export type { DurationInput, RunSpecInput, SizeInput } from './input';
export { runJsonSchema } from './json-schema';
export { MAX_SPEC_BYTES, type ParsedSpec, parseRunSpec, type SpecDefaults, slugName } from './parse';
export { type LocalCode, localCode } from './prepare';
export { publishedSchemas } from './publish';
export { isKnownKey } from './run';
export { isTextPlace, type SpecPath } from './text-places';
