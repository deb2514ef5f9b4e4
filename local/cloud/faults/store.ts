import { compilePattern, type Fault, type FaultKind, type FaultMatch, type FaultSubject, parseFault } from './kinds';

export type S3Fault =
  | { kind: 's3-error'; status: number; code: string }
  | { kind: 's3-slow'; bytesPerSecond: number }
  | { kind: 's3-cut'; afterBytes: number };

/** The faults that are armed. Each strike is counted; a fault that has struck `times` times is gone. */
export class FaultStore {
  private readonly faults = new Map<string, Fault>();
  private count = 0;

  /** @throws FaultSpecError */
  arm(body: unknown): Fault {
    this.count += 1;
    const fault = parseFault(`fault-${this.count}`, body);
    this.faults.set(fault.id, fault);
    return fault;
  }

  list(): Fault[] {
    return [...this.faults.values()];
  }

  disarm(id: string): boolean {
    return this.faults.delete(id);
  }

  clear(): void {
    this.faults.clear();
  }

  /** The first armed fault of this kind for this action and one of these subjects; it counts as struck. */
  strike(kind: FaultKind, action: string, subjects: readonly FaultSubject[]): Fault | undefined {
    const found = this.list().find(
      (fault) =>
        fault.kind === kind &&
        (fault.fields.action === undefined || fault.fields.action === '*' || fault.fields.action === action) &&
        matches(fault.match, subjects),
    );
    return found && this.struck(found);
  }

  /** The fault for an S3 request, in the order in which they were armed. */
  next(method: string, key: string): S3Fault | undefined {
    const found = this.list().find(
      ({ kind, fields }) =>
        kind.startsWith('s3-') &&
        (fields.method === undefined || fields.method === '*' || fields.method === method) &&
        (typeof fields.keyPattern !== 'string' || compilePattern(fields.keyPattern).test(key)),
    );
    if (!found) return undefined;
    const { kind, fields } = this.struck(found);
    if (kind === 's3-slow') return { kind, bytesPerSecond: Number(fields.bytesPerSecond) };
    if (kind === 's3-cut') return { kind, afterBytes: Number(fields.afterBytes) };
    return { kind: 's3-error', status: Number(fields.status ?? 500), code: String(fields.code ?? 'InternalError') };
  }

  private struck(fault: Fault): Fault {
    fault.struck += 1;
    if (fault.times !== 0 && fault.struck >= fault.times) this.faults.delete(fault.id);
    return fault;
  }
}

function matches(match: FaultMatch, subjects: readonly FaultSubject[]): boolean {
  if (Object.keys(match).length === 0) return true;
  return subjects.some(
    (subject) =>
      (match.zone === undefined || match.zone === subject.zone) &&
      (match.instanceType === undefined || match.instanceType === subject.instanceType) &&
      (match.market === undefined || match.market === subject.market) &&
      Object.entries(match.tag ?? {}).every(([key, value]) => subject.tags.get(key) === value),
  );
}
