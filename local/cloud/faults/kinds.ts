/** Which launches or instances a fault is for; what is absent matches all. */
export interface FaultMatch {
  zone?: string;
  instanceType?: string;
  market?: string;
  tag?: Record<string, string>;
}

/** What a call is about, as far as faults can tell calls apart. */
export interface FaultSubject {
  zone?: string | undefined;
  instanceType: string;
  market: string;
  tags: ReadonlyMap<string, string>;
}

type FieldType = 'string' | 'number';

interface KindRule {
  /** Fields that must be given, and those that may be. */
  required: Record<string, FieldType>;
  optional?: Record<string, FieldType>;
}

/** The fault kinds and their fields; docs/local-cloud.md says what each does. */
const FAULT_KINDS = {
  throttle: { required: {}, optional: { action: 'string' } },
  error: { required: { code: 'string' }, optional: { action: 'string', status: 'number', message: 'string' } },
  'no-capacity': { required: {}, optional: { remaining: 'number' } },
  quota: { required: {}, optional: { limit: 'number' } },
  'lost-reply': { required: {}, optional: { action: 'string' } },
  invisible: { required: { seconds: 'number' } },
  'no-boot': { required: {} },
  'wrong-host-key': { required: {} },
  's3-error': { required: {}, optional: { method: 'string', keyPattern: 'string', status: 'number', code: 'string' } },
  's3-slow': { required: { bytesPerSecond: 'number' }, optional: { method: 'string', keyPattern: 'string' } },
  's3-cut': { required: { afterBytes: 'number' }, optional: { method: 'string', keyPattern: 'string' } },
} as const satisfies Record<string, KindRule>;

export type FaultKind = keyof typeof FAULT_KINDS;

export interface Fault {
  id: string;
  kind: FaultKind;
  /** How often it still strikes; 0: until disarmed. */
  times: number;
  struck: number;
  match: FaultMatch;
  fields: Record<string, string | number>;
}

export class FaultSpecError extends Error {
  override readonly name = 'FaultSpecError';
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Reads what was posted. @throws FaultSpecError naming the field that is wrong. */
export function parseFault(id: string, body: unknown): Fault {
  if (!isRecord(body)) throw new FaultSpecError('a fault is a JSON object with a kind');
  const kind = Object.keys(FAULT_KINDS).find((name): name is FaultKind => name === body.kind);
  if (!kind) {
    throw new FaultSpecError(`kind ${JSON.stringify(body.kind)}: one of ${Object.keys(FAULT_KINDS).join(', ')}`);
  }
  const rule: KindRule = FAULT_KINDS[kind];
  const known: Record<string, FieldType> = { ...rule.required, ...rule.optional };
  const fields: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(body)) {
    if (name === 'kind' || name === 'times' || name === 'match' || value === undefined) continue;
    const type = known[name];
    if (!type) {
      const all = [...Object.keys(known), 'times', 'match'].join(', ');
      throw new FaultSpecError(`${name}: a ${kind} fault has no such field; it has ${all}`);
    }
    if (typeof value !== type || (typeof value !== 'string' && typeof value !== 'number')) {
      throw new FaultSpecError(`${name}: a ${type} is needed`);
    }
    fields[name] = value;
  }
  for (const name of Object.keys(rule.required)) {
    if (!(name in fields)) throw new FaultSpecError(`${name}: a ${kind} fault needs it`);
  }
  if (typeof fields.keyPattern === 'string') compilePattern(fields.keyPattern);
  return { id, kind, times: parseTimes(body.times), struck: 0, match: parseMatch(body.match), fields };
}

function parseTimes(value: unknown): number {
  if (value === undefined) return 1;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0) {
    throw new FaultSpecError('times: a whole number is needed; 0 means until disarmed');
  }
  return value;
}

function parseMatch(value: unknown): FaultMatch {
  if (value === undefined) return {};
  if (!isRecord(value)) throw new FaultSpecError('match: an object is needed');
  const match: FaultMatch = {};
  for (const [name, wanted] of Object.entries(value)) {
    if ((name === 'zone' || name === 'instanceType' || name === 'market') && typeof wanted === 'string') {
      match[name] = wanted;
    } else if (name === 'tag' && isRecord(wanted)) {
      match.tag = Object.fromEntries(Object.entries(wanted).map(([key, tag]) => [key, String(tag)]));
    } else {
      throw new FaultSpecError(`match.${name}: zone, instanceType, market (strings) or tag (an object)`);
    }
  }
  return match;
}

/** A key pattern is a regular expression. */
export function compilePattern(pattern: string): RegExp {
  try {
    return new RegExp(pattern);
  } catch {
    throw new FaultSpecError(`keyPattern: ${JSON.stringify(pattern)} is not a regular expression`);
  }
}
