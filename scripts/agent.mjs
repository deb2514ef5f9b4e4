// Makes the agent's one file, dist/agent/trainctl_agent.pyz: a zip of its sources, which python3 runs. The same sources give
// the same bytes on any machine, because hosts know the agent by its hash. A file that is right already is left alone.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { zip } from './zip.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const target = path.join(root, 'dist/agent/trainctl_agent.pyz');

/** Modules and nothing else: no byte code, nothing that an editor leaves. */
function modules(folder, below = '') {
  return readdirSync(path.join(folder, below), { withFileTypes: true }).flatMap((entry) => {
    const name = path.posix.join(below, entry.name);
    if (entry.isDirectory()) return /^[a-z]\w*$/.test(entry.name) ? modules(folder, name) : [];
    return /^\w+\.py$/.test(entry.name) ? [{ name, content: readFileSync(path.join(folder, name)) }] : [];
  });
}

// The helper for scripts travels with the agent, which puts it on their PYTHONPATH.
const helper = 'python/trainctl_hooks.py';
const carried = { name: helper, content: readFileSync(path.join(root, helper)) };

const archive = zip([...modules(path.join(root, 'agent')), carried]);
if (!existsSync(target) || !readFileSync(target).equals(archive)) {
  mkdirSync(path.dirname(target), { recursive: true });
  // Renamed into place: somebody may be reading the one before, or making the same.
  const part = `${target}.${process.pid}.part`;
  writeFileSync(part, archive);
  renameSync(part, target);
}
