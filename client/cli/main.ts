#!/usr/bin/env -S node --
// `--`, or node itself would read our --env-file (https://github.com/nodejs/node/issues/54232).
// Imports almost nothing: `--version` must answer about as fast as node itself starts.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { cacheDir } from '../../local/stack';
import { keepCompiled } from './compile-cache';

const argv = process.argv.slice(2);
const { version } = JSON.parse(readFileSync(packageJson(), 'utf8')) as { version: string };

// A reader that has seen enough (`| head`) is no error.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0);
    throw error;
  });
}

if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) {
  process.stdout.write(`${version}\n`);
} else {
  // A stack trace is read in the sources' own lines, which a cache does not know.
  if (process.env.TRAINCTL_DEBUG) process.setSourceMapsEnabled(true);
  else {
    const build = `${version}-node-${process.version}-${process.arch}`;
    keepCompiled(path.join(__dirname, 'parts'), path.join(cacheDir(), 'compiled', build));
  }
  import('./program.js')
    .then((program) => program.main(version, argv))
    .catch((error: unknown) => {
      process.stderr.write(`error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
      process.exitCode = 1;
    });
}

/** The package's own, two or three folders up: the sources and dist/ lie at different depths. */
function packageJson(): string {
  let folder = path.dirname(__dirname);
  while (!existsSync(path.join(folder, 'package.json'))) {
    const parent = path.dirname(folder);
    if (parent === folder) throw new Error('trainctl is not whole: its package.json is missing. Install it again.');
    folder = parent;
  }
  return path.join(folder, 'package.json');
}
