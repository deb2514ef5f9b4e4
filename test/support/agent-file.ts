import { execFileSync } from 'node:child_process';
import path from 'node:path';

const ROOT = path.join(__dirname, '../..');

/** The agent as hosts get it, made of the sources as they are now. Test files that run side by side may all ask for it. */
export function agentFile(): string {
  execFileSync(process.execPath, [path.join(ROOT, 'scripts/agent.mjs')], { timeout: 30_000 });
  return path.join(ROOT, 'dist/agent/trainctl_agent.pyz');
}
