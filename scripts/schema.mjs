// Writes schema/*.json from contract/schema. `--check` only compares, and fails when a file is not current.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root, source } from './sources.mjs';

const check = process.argv.includes('--check');

const { publishedSchemas } = source('contract/schema/index.ts');

let stale = 0;
for (const [name, schema] of Object.entries(publishedSchemas())) {
  const file = path.join(root, 'schema', name);
  // By content: the formatter may have laid the file out differently.
  if (existsSync(file) && JSON.stringify(JSON.parse(readFileSync(file, 'utf8'))) === JSON.stringify(schema)) continue;
  stale++;
  console.log(`schema/${name} ${check ? 'is not current; run node scripts/schema.mjs' : 'written'}`);
  if (!check) writeFileSync(file, `${JSON.stringify(schema, null, 2)}\n`);
}
if (check && stale > 0) process.exitCode = 1;
if (!check && stale > 0) {
  const biome = path.join(root, 'node_modules/@biomejs/biome/bin/biome');
  execFileSync(process.execPath, [biome, 'format', '--write', 'schema'], { cwd: root, stdio: 'inherit' });
}
