/** A small breakage of the product, and who must see it. */
export interface Mutant {
  /** Kebab case. */
  name: string;
  /** What it does to the product, as the end of "a product that …". */
  breaks: string;
  /** Its source, relative to the package: TypeScript, or Python of the agent. What is replaced is in what was built of it. */
  source: string;
  /** A text that is there exactly once, in source and build alike: within one line, without types. */
  from: string;
  to: string;
  /** The scenario that must fail, and its step, by their names. */
  scenario: string;
  step: string;
  /** Scenarios that run before it in the same suite, and that must pass: what the mutant leaves, they leave. */
  after?: string[];
}

/** Who must have the change: a worker that is started with it, or whoever starts and reads runs. */
export function needsWorker({ source }: Pick<Mutant, 'source'>): boolean {
  return !/^(client|e2e)\//.test(source) && !/^adapters\/(snapshot|aws\/inventory)\//.test(source);
}

/** @throws Error unless the text is there exactly once */
export function mutated({ name, from, to }: Pick<Mutant, 'name' | 'from' | 'to'>, text: string, file: string): string {
  const parts = text.split(from);
  if (parts.length !== 2) {
    throw new Error(`mutant ${name}: the text to be replaced is ${parts.length - 1} times in ${file}: ${from}`);
  }
  return parts.join(to);
}
