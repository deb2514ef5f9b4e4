// Bundles the command line, so that a command starts in a moment: what it needs in a few files, the rest left alone. Each
// `import('./x.js')` of client/cli is where a part begins that is read only when it is reached.
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, transform } from 'esbuild';
import { doors } from './doors.mjs';
import { protos } from './protos.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

/** Packages that are also loaded with `require`, which esbuild does not split at: each is a part of its own. */
const APART = ['yaml'];

const apart = {
  name: 'apart',
  setup({ onResolve }) {
    onResolve({ filter: new RegExp(`^(${APART.join('|')})$`) }, ({ path: name }) => ({
      path: `./${name}.js`,
      external: true,
    }));
  },
};

/** Writes client/cli below `dist`, in place of what the compiler has put there. */
export async function bundleCli(dist) {
  const outdir = path.join(dist, 'client/cli');
  const options = { target: 'node20.3', platform: 'node', minifySyntax: true, minifyWhitespace: true };
  const { outputFiles } = await build({
    ...options,
    absWorkingDir: root,
    entryPoints: ['client/cli/main.ts'],
    outdir,
    chunkNames: 'parts/[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    // ES modules first, of which only what is used comes along.
    mainFields: ['module', 'main'],
    // Has native code beside it, which is found by path.
    external: ['ssh2'],
    plugins: [apart, doors, protos([path.join(root, 'client')])],
    sourcemap: 'inline',
    sourcesContent: false,
    write: false,
    logLevel: 'warning',
  });
  rmSync(outdir, { recursive: true, force: true });
  mkdirSync(path.join(outdir, 'parts'), { recursive: true });
  // esbuild splits ES modules alone, and node starts CommonJS faster.
  for (const { path: file, text } of outputFiles) {
    const { code, map } = await transform(text, {
      ...options,
      format: 'cjs',
      supported: { 'dynamic-import': false },
      sourcemap: 'external',
      sourcesContent: false,
      sourcefile: path.basename(file),
    });
    writeFileSync(file, `${code}//# sourceMappingURL=${path.basename(file)}.map\n`);
    writeFileSync(`${file}.map`, map);
  }
  await build({
    ...options,
    absWorkingDir: root,
    entryPoints: APART,
    outdir: path.join(outdir, 'parts'),
    bundle: true,
    format: 'cjs',
    sourcemap: 'linked',
    sourcesContent: false,
    logLevel: 'warning',
  });
  chmodSync(path.join(outdir, 'main.js'), 0o755);
}
