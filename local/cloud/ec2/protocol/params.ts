import { errors } from './errors';

/** One level of a Query request: `Filter.1.Name` is the field `Name` of the first item of the list `Filter`. */
interface Node {
  value?: string;
  children: Map<string, Node>;
}

/** Query parameters as a tree. Names in errors are whole paths, as EC2 gives them. */
export class Params {
  private constructor(
    private readonly node: Node,
    private readonly path: string,
  ) {}

  /** Reads a form body. Later values of one name win. */
  static parse(form: string): Params {
    const root: Node = { children: new Map() };
    for (const [name, value] of new URLSearchParams(form)) {
      let node = root;
      for (const part of name.split('.')) {
        let child = node.children.get(part);
        if (!child) {
          child = { children: new Map() };
          node.children.set(part, child);
        }
        node = child;
      }
      node.value = value;
    }
    return new Params(root, '');
  }

  /** Names of this level. */
  names(): string[] {
    return [...this.node.children.keys()];
  }

  has(name: string): boolean {
    return this.node.children.has(name);
  }

  string(name: string): string | undefined {
    return this.node.children.get(name)?.value;
  }

  required(name: string): string {
    const value = this.string(name);
    if (value === undefined || value === '') throw errors.missingParameter(this.path + name);
    return value;
  }

  integer(name: string): number | undefined {
    const text = this.string(name);
    if (text === undefined) return undefined;
    if (!/^-?\d{1,15}$/.test(text)) {
      throw errors.invalidValue(`Value (${text}) for parameter ${this.path}${name} is invalid. Expecting an integer.`);
    }
    return Number(text);
  }

  boolean(name: string): boolean | undefined {
    const text = this.string(name)?.toLowerCase();
    if (text === undefined) return undefined;
    if (text === 'true' || text === '1') return true;
    if (text === 'false' || text === '0') return false;
    throw errors.invalidValue(`Invalid value '${text}' for ${this.path}${name}. Expecting a boolean.`);
  }

  /** One of a few words, else the default. */
  oneOf<T extends string>(name: string, allowed: readonly T[], fallback: T): T {
    const text = this.string(name);
    if (text === undefined || text === '') return fallback;
    const found = allowed.find((word) => word === text);
    if (!found) throw errors.invalidValue(`Invalid value '${text}' for ${this.path}${name}.`);
    return found;
  }

  date(name: string): Date | undefined {
    const text = this.string(name);
    if (text === undefined) return undefined;
    const date = new Date(text);
    if (Number.isNaN(date.getTime())) throw errors.invalidValue(`Value (${text}) for parameter ${name} is invalid.`);
    return date;
  }

  /** The values of `name.1`, `name.2`, …, in order. */
  list(name: string): string[] {
    return this.items(name).flatMap(([, node]) => (node.value === undefined ? [] : [node.value]));
  }

  /** The structures `name.1.…`, `name.2.…`, in order. */
  structs(name: string): Params[] {
    return this.items(name).map(([index, node]) => new Params(node, `${this.path}${name}.${index}.`));
  }

  /** The structure `name.…`, empty when there is none. */
  struct(name: string): Params {
    return new Params(this.node.children.get(name) ?? { children: new Map() }, `${this.path}${name}.`);
  }

  /** All values below here by full name, sorted: what makes two requests the same. Leaves out top-level `except`. */
  canonical(except: readonly string[]): string {
    const lines: string[] = [];
    const walk = (node: Node, path: string): void => {
      if (node.value !== undefined) lines.push(JSON.stringify([path, node.value]));
      for (const [name, child] of node.children) walk(child, path === '' ? name : `${path}.${name}`);
    };
    for (const [name, child] of this.node.children) if (!except.includes(name)) walk(child, name);
    return lines.sort().join('\n');
  }

  private items(name: string): [number, Node][] {
    const children = this.node.children.get(name)?.children ?? new Map<string, Node>();
    return [...children]
      .filter(([key]) => /^\d+$/.test(key))
      .map(([key, node]): [number, Node] => [Number(key), node])
      .sort((a, b) => a[0] - b[0]);
  }
}
