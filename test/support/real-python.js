// `python3` on PATH may be a version manager's shim, whose start takes longer than Python's own: hundreds of times in a test run.
const { spawnSync } = require('node:child_process');
const path = require('node:path');

/** PATH with the folder of the interpreter itself first; as it is where there is no python3. */
module.exports = function realPython(searched = process.env.PATH) {
  const { stdout } = spawnSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' });
  const folder = path.dirname(stdout?.trim() ?? '');
  return path.isAbsolute(folder) ? `${folder}:${searched}` : searched;
};
