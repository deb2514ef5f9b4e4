import { S3Error } from './errors';

type Match = { kind: 'eq' | 'starts-with'; field: string; value: string };

/** What a POST policy allows. */
export interface Policy {
  /** Epoch milliseconds. */
  expiration: number;
  matches: Match[];
  /** Bytes of the file, both included. */
  size?: { min: number; max: number };
}

const invalid = (why: string): S3Error => new S3Error('InvalidPolicyDocument', {}, `Invalid Policy: ${why}`);
const refused = (why: string): S3Error => new S3Error('AccessDenied', {}, `Invalid according to Policy: ${why}`);

/** Reads a policy document, from its base64 text. Anything missing, misspelt or extra is InvalidPolicyDocument. */
export function parsePolicy(base64: string): Policy {
  let document: unknown;
  try {
    document = JSON.parse(Buffer.from(base64, 'base64').toString('utf8'));
  } catch {
    throw invalid('Invalid JSON.');
  }
  if (!isRecord(document)) throw invalid('Invalid JSON.');
  const { expiration, conditions, ...extra } = document;
  const [unexpected] = Object.keys(extra);
  if (unexpected !== undefined) throw invalid(`Unexpected: '${unexpected}'.`);
  if (expiration === undefined) throw invalid('Policy missing expiration.');
  if (!Array.isArray(conditions)) throw invalid('Policy missing conditions.');
  const time = typeof expiration === 'string' && ISO_UTC.test(expiration) ? Date.parse(expiration) : Number.NaN;
  if (Number.isNaN(time)) throw invalid(`Invalid 'expiration' value: '${String(expiration)}'`);
  const policy: Policy = { expiration: time, matches: [] };
  for (const condition of conditions) addCondition(policy, condition);
  return policy;
}

const ISO_UTC = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function addCondition(policy: Policy, condition: unknown): void {
  if (isRecord(condition)) {
    const [entry, ...others] = Object.entries(condition);
    if (!entry || others.length > 0) {
      throw invalid('Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.');
    }
    const [field, value] = entry;
    if (typeof value !== 'string') throw invalid('Invalid Simple-Condition: value must be a string.');
    policy.matches.push({ kind: 'eq', field, value });
    return;
  }
  if (!Array.isArray(condition) || condition.length !== 3)
    throw invalid('Invalid Condition: wrong number of arguments.');
  const [operator, first, second] = condition as unknown[];
  const kind = String(operator).toLowerCase();
  if (kind === 'content-length-range') {
    const [min, max] = [Number(first), Number(second)];
    if (!Number.isSafeInteger(min) || !Number.isSafeInteger(max) || min < 0 || min > max) {
      throw invalid('Invalid content-length-range.');
    }
    policy.size = { min, max };
    return;
  }
  if (kind !== 'eq' && kind !== 'starts-with') throw invalid(`Invalid Condition: unknown operation '${kind}'.`);
  if (typeof first !== 'string' || !first.startsWith('$') || typeof second !== 'string') {
    throw invalid('Invalid Condition: a field begins with $ and values are strings.');
  }
  policy.matches.push({ kind, field: first.slice(1), value: second });
}

/** Fields that need no condition. */
const FREE = /^(file|policy|x-amz-signature|x-ignore-.*)$/;

/** Throws unless the form is exactly what the policy allows: every condition met, every field covered, not expired. */
export function checkPolicy(policy: Policy, fields: ReadonlyMap<string, string>, now: number): void {
  if (now >= policy.expiration) throw refused('Policy expired.');
  for (const match of policy.matches) {
    if (holds(match, fields.get(match.field.toLowerCase()) ?? '')) continue;
    throw refused(`Policy Condition failed: ["${match.kind}", "$${match.field}", "${match.value}"]`);
  }
  const covered = new Set(policy.matches.map((match) => match.field.toLowerCase()));
  const extra = [...fields.keys()].filter((name) => !covered.has(name) && !FREE.test(name));
  if (extra.length > 0) throw refused(`Extra input fields: ${extra.join(', ')}`);
}

function holds(match: Match, actual: string): boolean {
  if (match.kind === 'eq') return actual === match.value;
  // A list of types is tested one by one.
  const items = match.field.toLowerCase() === 'content-type' ? actual.split(',').map((item) => item.trim()) : [actual];
  return items.every((item) => item.startsWith(match.value));
}

/** Throws unless the file's size is in the policy's range. */
export function checkSize(policy: Policy, size: number): void {
  if (!policy.size) return;
  const { min, max } = policy.size;
  if (size > max) throw new S3Error('EntityTooLarge', { ProposedSize: size, MaxSizeAllowed: max });
  if (size < min) throw new S3Error('EntityTooSmall', { ProposedSize: size, MinSizeAllowed: min });
}
