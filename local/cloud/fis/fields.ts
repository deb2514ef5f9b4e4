import { errors } from './errors';

export type Json = Record<string, unknown>;

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Fields of a request by name; where they stand is told in refusals. */
export class Fields {
  constructor(
    private readonly json: Json,
    private readonly where = '',
  ) {}

  at(name: string): string {
    return this.where === '' ? name : `${this.where}.${name}`;
  }

  /** What this cloud has not is refused instead of ignored: nobody shall believe that it was heeded. */
  only(known: readonly string[]): void {
    const other = Object.keys(this.json).find((name) => !known.includes(name));
    if (other !== undefined) throw errors.validation(`The local cloud has no ${this.at(other)}.`);
  }

  optional(name: string, rule: { max: number; min?: number; pattern?: RegExp }): string | undefined {
    const value = this.json[name];
    if (value === undefined || value === null) return undefined;
    if (typeof value !== 'string') throw errors.validation(`${this.at(name)} is not a string.`);
    const { max, min = 0, pattern } = rule;
    if (value.length > max) {
      throw errors.constraint(value, this.at(name), `Member must have length less than or equal to ${max}`);
    }
    if (value.length < min) {
      throw errors.constraint(value, this.at(name), `Member must have length greater than or equal to ${min}`);
    }
    if (pattern && !pattern.test(value)) {
      throw errors.constraint(
        value,
        this.at(name),
        `Member must satisfy regular expression pattern: ${pattern.source.replace(/^\^|\$$/g, '')}`,
      );
    }
    return value;
  }

  string(name: string, rule: { max: number; min?: number; pattern?: RegExp }): string {
    const value = this.optional(name, rule);
    if (value === undefined) throw this.missing(name);
    return value;
  }

  list(name: string, max = Number.POSITIVE_INFINITY): unknown[] | undefined {
    const value = this.json[name];
    if (value === undefined || value === null) return undefined;
    if (!Array.isArray(value)) throw errors.validation(`${this.at(name)} is not a list.`);
    if (value.length > max) {
      throw errors.constraint(value, this.at(name), `Member must have length less than or equal to ${max}`);
    }
    return value;
  }

  strings(name: string, max?: number): string[] | undefined {
    const value = this.list(name, max);
    if (value?.every((item) => typeof item === 'string') === false) {
      throw errors.validation(`${this.at(name)} is not a list of strings.`);
    }
    return value as string[] | undefined;
  }

  /** A map of strings. */
  map(name: string): Record<string, string> | undefined {
    const value = this.objects(name);
    if (value && !Object.values(value).every((item) => typeof item === 'string')) {
      throw errors.validation(`${this.at(name)} is not a map of strings.`);
    }
    return value as Record<string, string> | undefined;
  }

  objects(name: string): Json | undefined {
    const value = this.json[name];
    if (value === undefined || value === null) return undefined;
    if (!isObject(value)) throw errors.validation(`${this.at(name)} is not an object.`);
    return value;
  }

  missing(name: string) {
    return errors.constraint(undefined, this.at(name), 'Member must not be null');
  }
}
