import { execFile } from 'node:child_process';
import { readdirSync, realpathSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
/** The oldest that the agent supports. */
const OLDEST = [3, 8];

const list = (folder) => {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
};

/** Whatever may be an interpreter: by its name on PATH, or installed by pyenv, whose names on PATH need not all run. */
function candidates() {
  const versions = path.join(process.env.PYENV_ROOT ?? path.join(os.homedir(), '.pyenv'), 'versions');
  const folders = [
    ...(process.env.PATH ?? '').split(path.delimiter).filter((folder) => path.isAbsolute(folder)),
    ...list(versions).map((version) => path.join(versions, version, 'bin')),
  ];
  const found = folders.flatMap((folder) =>
    list(folder)
      .filter((name) => /^python3(\.\d+)?$/.test(name))
      .map((name) => path.join(folder, name)),
  );
  const real = (file) => {
    try {
      return realpathSync(file);
    } catch {
      return file;
    }
  };
  return new Map(found.map((file) => [real(file), file])).values();
}

async function versionOf(file) {
  try {
    const print = 'import sys; print(".".join(map(str, sys.version_info[:3])))';
    const { stdout } = await run(file, ['-c', print], { timeout: 30_000 });
    return { file, version: stdout.trim(), numbers: stdout.trim().split('.').map(Number) };
  } catch {
    return undefined;
  }
}

const compare = (a, b) => a.find((number, at) => number !== b[at]) - b.find((number, at) => number !== a[at]) || 0;

/** The interpreters of this machine that run and that the agent supports, `{file, version}`, oldest first. */
export async function interpreters() {
  const answers = await Promise.all([...candidates()].map(versionOf));
  return answers
    .filter((one) => one !== undefined && compare(one.numbers.slice(0, 2), OLDEST) >= 0)
    .sort((a, b) => compare(a.numbers, b.numbers));
}
