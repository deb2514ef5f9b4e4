// Compiles to dist/, puts what is Python beside it, and bundles the command line, so that it starts in a moment, and the
// workflows, so that a worker starts without webpack.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleCli } from './bundle-cli.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const dist = path.join(root, 'dist');
const require = createRequire(import.meta.url);

if (!process.argv.includes('--keep')) rmSync(dist, { recursive: true, force: true });
const tsc = spawnSync(process.execPath, [path.join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.json'], {
  cwd: root,
  stdio: 'inherit',
});
if (tsc.status !== 0) process.exit(tsc.status ?? 1);

await import('./agent.mjs');
const source = (file) => !file.includes('__pycache__');
for (const python of ['local/cloud/hosts/host_init', 'local/stack/parts/guard.py'])
  cpSync(path.join(root, python), path.join(dist, python), { recursive: true, filter: source });

const workflows = path.join(dist, 'workflows/index.js');
if (existsSync(workflows)) {
  const { bundleWorkflowCode } = require('@temporalio/worker');
  const quiet = () => undefined;
  const logger = { trace: quiet, debug: quiet, info: quiet, warn: console.warn, error: console.error, log: quiet };
  const workflowInterceptorModules = [path.join(dist, 'workflows/inbound.js')];
  const { code } = await bundleWorkflowCode({ workflowsPath: workflows, workflowInterceptorModules, logger });
  writeFileSync(path.join(dist, 'workflow-bundle.js'), code);
}
await bundleCli(dist);
