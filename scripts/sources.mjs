// Reads TypeScript sources as they are, so that a script works before the first build and never reads an old one.
import Module, { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformFileSync } from '@swc/core';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

Module._extensions['.ts'] = (module, file) => {
  const { code } = transformFileSync(file, {
    swcrc: false,
    jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
    module: { type: 'commonjs' },
  });
  module._compile(code, file);
};

const require = createRequire(import.meta.url);

/** What a source file exports; named from the project's own folder. */
export const source = (file) => require(path.join(root, file));
