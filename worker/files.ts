import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { WorkerOptions } from '@temporalio/worker';
import type { ActivityDeps } from '../activities';
import { WorkerStartError } from './errors';

/** The folder that holds `worker/`: the checkout, or `dist/` once built. */
const ROOT = path.resolve(__dirname, '..');

/** Where the workflows' code is, and the modules that stand before it; a bundle has these in it. */
export type WorkflowFiles = Pick<WorkerOptions, 'workflowBundle' | 'workflowsPath'> & { before?: string[] };

/** The workflows: the bundle that the build made ahead, else their code, which is bundled now (some seconds). */
export function findWorkflows(root = ROOT): WorkflowFiles {
  const bundle = path.join(root, 'workflow-bundle.js');
  if (existsSync(bundle)) return { workflowBundle: { codePath: bundle } };
  for (const type of ['js', 'ts']) {
    const workflowsPath = path.join(root, `workflows/index.${type}`);
    if (existsSync(workflowsPath)) return { workflowsPath, before: [path.join(root, `workflows/inbound.${type}`)] };
  }
  throw new WorkerStartError(`There are no workflows in ${root}: build first (npm run build)`);
}

/** The agent as hosts get it: the one file that the build makes of it. */
export async function readAgent(root = ROOT): Promise<ActivityDeps['agent']> {
  const name = 'agent/trainctl_agent.pyz';
  const file = [path.join(root, name), path.join(root, 'dist', name)].find((one) => existsSync(one));
  if (!file) throw new WorkerStartError(`There is no ${name} in ${root}: build first (npm run build)`);
  const source = await readFile(file);
  return { source, sha256: createHash('sha256').update(source).digest('hex') };
}
