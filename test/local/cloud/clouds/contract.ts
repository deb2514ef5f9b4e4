/** A cloud that the contract is tried on. */
export interface CloudUnderTest {
  name: string;
  /** Why it cannot be tried on this machine; absent: it can. */
  missing?: string;
  /** State changes of AWS take minutes. */
  patienceSeconds: number;
  /** Starts it, or connects to it. Absent: the local cloud, which each file of tests starts in its own process. */
  open?(): Promise<OpenCloud>;
}

export interface OpenCloud {
  /** Undefined: AWS's own. */
  endpoint: string | undefined;
  region: string;
  /** Undefined: the SDK's default chain. */
  credentials: { accessKeyId: string; secretAccessKey: string } | undefined;
  close(): Promise<void>;
}

/** What a cloud does not keep, or cannot be asked, and why. */
export interface Exception {
  reason: string;
  /** Full names, or their beginnings: `ec2 › spot › a spot launch`. */
  tests: string[];
}

/** jest's words for tests, with the exceptions of a cloud skipped. */
export interface Words {
  describe: (name: string, tests: () => void) => void;
  it: Test;
  test: Test;
}

/** As much of jest's `test` as the contract uses. */
export interface Test {
  (name: string, run: () => unknown, timeout?: number): void;
  each: jest.Each;
}

export interface Contract {
  cloud: CloudUnderTest;
  /** The words for one file of tests. @param name of it, beginning with its service: `ec2 › spot` */
  suite(name: string): Words;
}

export const SEPARATOR = ' › ';

/** What runs tests: jest, or a test of this. */
interface Runner {
  describe: (name: string, tests: () => void) => void;
  test: Test & { skip: Test };
}

/**
 * One contract for all clouds: what AWS documents, tried on one of them. Each test that a cloud is excepted from is skipped by name; an
 * exception that names no test fails.
 */
export function conformance(
  { cloud, skip }: { cloud: CloudUnderTest; skip: Exception[] },
  runner: Runner = { describe: globalThis.describe, test: globalThis.test as unknown as Runner['test'] },
): Contract {
  const excepted = skip.flatMap(({ tests }) => tests);
  const isSkipped = (name: string): boolean =>
    cloud.missing !== undefined || excepted.some((prefix) => name === prefix || name.startsWith(prefix));
  return {
    cloud,
    suite(suiteName) {
      const path = [suiteName];
      const names: string[] = [];
      const full = (name: string): string => {
        const whole = [...path, name].join(SEPARATOR);
        names.push(whole);
        return whole;
      };
      const pick = (name: string): Test => (isSkipped(full(name)) ? runner.test.skip : runner.test);
      const test = Object.assign(
        (name: string, run: () => unknown, timeout?: number) => pick(name)(name, run, timeout),
        {
          each: ((...table: Parameters<jest.Each>) =>
            (name: string, ...rest: [() => unknown, number?]) =>
              // Rows of a table share a name: they are excepted together.
              (pick(name).each as (...rows: unknown[]) => (name: string, ...rest: unknown[]) => void)(...table)(
                name,
                ...rest,
              )) as unknown as jest.Each,
        },
      );
      const own = excepted.filter((prefix) => prefix.startsWith(suiteName) && prefix !== suiteName);
      if (own.length > 0 && cloud.missing === undefined) {
        runner.test(`each exception of ${cloud.name} names a test of ${suiteName}`, () => {
          const stale = own.filter((prefix) => !names.some((name) => name.startsWith(prefix)));
          if (stale.length > 0) throw new Error(`no such test: ${stale.join('; ')}`);
        });
      }
      return {
        test,
        it: test,
        describe(name, tests) {
          runner.describe(name, () => {
            path.push(name);
            try {
              tests();
            } finally {
              path.pop();
            }
          });
        },
      };
    },
  };
}
