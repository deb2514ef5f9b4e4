import path from 'node:path';
import { bundleWorkflowCode, DefaultLogger, type WorkflowBundleWithSourceMap } from '@temporalio/worker';

/** `timeouts`: activity timeouts and retry intervals alone. `waits`: also the waits of the workflow itself. */
export type Quick = 'timeouts' | 'waits';

const WORKFLOWS = path.resolve(__dirname, '../../../workflows');

/** Which of the workflows' modules get which stand-in for `@temporalio/workflow`. */
const STAND_INS: Record<Quick, Record<string, string>> = {
  timeouts: {
    'training-run/shared/steps': 'timeouts',
    'reconcile/steps': 'timeouts',
    'notify/index': 'timeouts',
    'e2e-suite/steps': 'timeouts',
  },
  waits: {
    'training-run/shared/steps': 'short-timeouts',
    'training-run/shared/waiting': 'waits',
    'training-run/close': 'waits',
    'training-run/attempt/retire': 'waits',
    'training-run/attempt/train': 'waits',
  },
};

/** The parts of webpack's compiler that a plugin needs to see each request before it is resolved. */
interface Request {
  request: string;
  contextInfo: { issuer: string };
}
interface Compiler {
  hooks: { normalModuleFactory: { tap(name: string, use: (factory: Factory) => void): void } };
}
interface Factory {
  hooks: { beforeResolve: { tap(name: string, look: (request: Request) => void): void } };
}

/** Such as `training-run/shared/steps`. */
const moduleOf = (file: string): string =>
  path
    .relative(WORKFLOWS, file)
    .replaceAll(path.sep, '/')
    .replace(/\.[jt]s$/, '');

/**
 * The product's workflows, with nothing of them changed but what they import as `@temporalio/workflow`: there, durations
 * that are minutes for the sake of production are seconds. Faults that a run outlives by waiting are so met in a test.
 */
export async function quickBundle(quick: Quick): Promise<WorkflowBundleWithSourceMap> {
  const unmet = new Set(Object.keys(STAND_INS[quick]));
  const plugin = {
    apply(compiler: Compiler): void {
      compiler.hooks.normalModuleFactory.tap('quick', (factory) => {
        factory.hooks.beforeResolve.tap('quick', (asked) => {
          if (asked.request !== '@temporalio/workflow') return;
          const issuer = moduleOf(asked.contextInfo.issuer);
          const standIn = STAND_INS[quick][issuer];
          if (!standIn) return;
          unmet.delete(issuer);
          asked.request = path.join(__dirname, `${standIn}.ts`);
        });
      });
    },
  };
  const bundle = await bundleWorkflowCode({
    workflowsPath: path.join(WORKFLOWS, 'index.ts'),
    workflowInterceptorModules: [path.join(WORKFLOWS, 'inbound.ts')],
    logger: new DefaultLogger('ERROR'),
    webpackConfigHook: (config) => ({ ...config, plugins: [...(config.plugins ?? []), plugin as never] }),
  });
  // A module that has moved would keep its minutes, and only make tests slow.
  if (unmet.size > 0) throw new Error(`no stand-in was put into ${[...unmet].join(', ')}`);
  return bundle;
}
