import path from 'node:path';
import { bundleWorkflowCode, DefaultLogger, type WorkflowBundleWithSourceMap } from '@temporalio/worker';

/** `timeouts`: activity timeouts and retry intervals alone. `waits`: also the waits of the workflow itself. */
export type Quick = 'timeouts' | 'waits';

const ROOT = path.resolve(__dirname, '../../..');

/** Which of the workflows' modules get which stand-in for `@temporalio/workflow`. */
const STAND_INS: Record<Quick, [issuer: RegExp, standIn: string][]> = {
  timeouts: [
    [/[\\/]workflows[\\/](training-run|reconcile)[\\/]activities\.[jt]s$/, 'timeouts'],
    [/[\\/]workflows[\\/]notify[\\/]index\.[jt]s$/, 'timeouts'],
  ],
  waits: [
    [/[\\/]workflows[\\/]training-run[\\/]activities\.[jt]s$/, 'short-timeouts'],
    [/[\\/]workflows[\\/]training-run[\\/](waiting|retire|close|train)\.[jt]s$/, 'waits'],
  ],
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

/**
 * The product's workflows, with nothing of them changed but what they import as `@temporalio/workflow`: there, durations
 * that are minutes for the sake of production are seconds. Faults that a run outlives by waiting are so met in a test.
 */
export function quickBundle(quick: Quick): Promise<WorkflowBundleWithSourceMap> {
  const plugin = {
    apply(compiler: Compiler): void {
      compiler.hooks.normalModuleFactory.tap('quick', (factory) => {
        factory.hooks.beforeResolve.tap('quick', (asked) => {
          if (asked.request !== '@temporalio/workflow') return;
          const standIn = STAND_INS[quick].find(([issuer]) => issuer.test(asked.contextInfo.issuer))?.[1];
          if (standIn) asked.request = path.join(__dirname, `${standIn}.ts`);
        });
      });
    },
  };
  return bundleWorkflowCode({
    workflowsPath: path.join(ROOT, 'workflows/index.ts'),
    logger: new DefaultLogger('ERROR'),
    webpackConfigHook: (config) => ({ ...config, plugins: [...(config.plugins ?? []), plugin as never] }),
  });
}
