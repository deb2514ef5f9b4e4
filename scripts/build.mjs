// Compiles to dist/, puts what is Python beside it and bundles the workflows ahead, so that a worker starts without webpack.
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const dist = path.join(root, 'dist');
const require = createRequire(import.meta.url);

if (!process.argv.includes('--keep')) rmSync(dist, { recursive: true, force: true });
const tsc = spawnSync(process.execPath, [path.join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.json'], {
  cwd: root,
  stdio: 'inherit',
});
if (tsc.status !== 0) process.exit(tsc.status ?? 1);

for (const python of ['agent/trainctl_agent.py', 'local/cloud/hosts/host_init']) {
  const filter = (file) => path.basename(file) !== '__pycache__';
  cpSync(path.join(root, python), path.join(dist, python), { recursive: true, filter });
}

const workflows = path.join(dist, 'workflows/index.js');
if (existsSync(workflows)) {
  const { bundleWorkflowCode } = require('@temporalio/worker');
  const quiet = () => undefined;
  const logger = { trace: quiet, debug: quiet, info: quiet, warn: console.warn, error: console.error, log: quiet };
  const { code } = await bundleWorkflowCode({ workflowsPath: workflows, logger });
  writeFileSync(path.join(dist, 'workflow-bundle.js'), code);
}
const cli = path.join(dist, 'client/cli/main.js');
if (existsSync(cli)) chmodSync(cli, 0o755);
